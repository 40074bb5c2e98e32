"""A worker's life: Redis awaited, slices carried out, begun again where RQ gives up."""

from __future__ import annotations

import contextlib
import logging
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from redis.exceptions import RedisError

from phx_scraper.errors import PhxError, QueueUnavailable
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.service.safe_worker import SafeWorker
from phx_scraper.service.sweep import Sweep
from phx_scraper.service.worker_setup import WorkerSetup, set_up
from phx_scraper.storage.process_identity import is_dead, this_holder

logger = logging.getLogger(__name__)

LONGEST_WAIT = 15.0
AWAIT_SECONDS = 60.0
"""For which a worker that starts waits for Redis."""
_LISTS = "phx-worker-"
_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """`burst`: leave when nothing waits. `most_slices`: leave after so many, to be started anew; 0 = never."""

    burst: bool = False
    most_slices: int = 0


class _AskedToLeave(PhxError):
    """A signal came while nothing was carried out; it stays in this file."""


def run_worker(setup: WorkerSetup, url: str, options: WorkerOptions) -> None:
    """Work until asked to leave by SIGTERM or SIGINT. Raises QueueUnavailable, StorageError."""
    _listen()
    queue = RedisQueue(url)
    logging.getLogger("rq.worker").addFilter(_without_traceback)
    with contextlib.suppress(_AskedToLeave), _folder_of_lists() as lists:
        set_up(replace(setup, lists=lists))
        _await(queue, 0.0 if options.burst else AWAIT_SECONDS)
        done = 0
        wait = 1.0
        while True:
            begun = time.monotonic()
            is_over, carried_out = _work(setup, queue, options.burst, max(options.most_slices - done, 0))
            done += carried_out
            if is_over or options.burst or (options.most_slices and done >= options.most_slices):
                return
            wait = 1.0 if time.monotonic() - begun > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
            logger.warning("The worker begins anew in %g s.", wait)
            time.sleep(wait)


def _work(setup: WorkerSetup, queue: RedisQueue, burst: bool, most: int) -> tuple[bool, int]:
    """Whether it was asked to leave, else RQ gave up or has done what was to be done; and how many slices it had."""
    worker = None
    try:
        worker = SafeWorker(queue, Sweep(setup.catalogue, queue))
        worker.work(burst=burst, logging_level="WARNING", max_jobs=most or None)
    except (RedisError, OSError) as error:
        logger.warning("The worker lost Redis (%s).", _said(error))
    finally:
        _listen()
    return (worker.is_asked_to_leave, worker.carried_out) if worker else (False, 0)


def _listen() -> None:
    """While nothing is carried out a signal raises _AskedToLeave; RQ has handlers of its own while it works."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask)


def _ask(_number: int, _frame: object) -> NoReturn:
    raise _AskedToLeave


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _without_traceback(record: logging.LogRecord) -> bool:
    """What RQ says when it gives up, as that Redis went away: in one sentence, since the worker begins anew."""
    if record.exc_info and isinstance(record.exc_info[1], RedisError | OSError):
        record.msg, record.args = f"The worker lost Redis ({_said(record.exc_info[1])}).", None
        record.exc_info = None
    return True


def _await(queue: RedisQueue, seconds: float) -> None:
    until = time.monotonic() + seconds
    is_told = False
    while True:
        try:
            queue.check()
            return
        except QueueUnavailable as error:
            if time.monotonic() > until or not error.may_come_back:
                raise
            if not is_told:
                logger.warning("%s: waiting for it for %g s.", error, seconds)
            is_told = True
        time.sleep(1.0)


@contextlib.contextmanager
def _folder_of_lists() -> Iterator[Path]:
    """A folder that nobody else can read; those of workers that were killed go."""
    for left in Path(tempfile.gettempdir()).glob(f"{_LISTS}*/{_OWNER}"):
        with contextlib.suppress(OSError):
            if is_dead(left.read_text(encoding="utf-8")):
                shutil.rmtree(left.parent)
    with tempfile.TemporaryDirectory(prefix=_LISTS) as name:
        folder = Path(name)
        (folder / _OWNER).write_text(this_holder(), encoding="utf-8")
        yield folder

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
from phx_scraper.service.sweep import sweep
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
    queue = RedisQueue(url)
    with contextlib.suppress(_AskedToLeave), _folder_of_lists() as lists:
        set_up(replace(setup, lists=lists))
        _await(queue, 0.0 if options.burst else AWAIT_SECONDS)
        done = 0
        wait = 1.0
        while True:
            worker = SafeWorker(queue, lambda: sweep(setup.catalogue, queue))
            begun = time.monotonic()
            left = max(options.most_slices - done, 0)
            is_over = _work(worker, options.burst, left or None)
            done += worker.carried_out
            if is_over or options.burst or (options.most_slices and done >= options.most_slices):
                return
            wait = 1.0 if time.monotonic() - begun > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
            logger.warning("The worker begins anew in %g s.", wait)
            _rest(wait)


def _work(worker: SafeWorker, burst: bool, most: int | None) -> bool:
    """Whether it was asked to leave; else RQ gave up, or has done what was to be done."""
    try:
        worker.work(burst=burst, logging_level="WARNING", max_jobs=most)
    except (RedisError, OSError) as error:
        logger.warning("The worker lost Redis (%s).", " ".join(str(error).split())[:200])
    return worker.is_asked_to_leave


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
        _rest(1.0)


def _rest(seconds: float) -> None:
    """Sleep. Raises _AskedToLeave on a signal."""
    before = {number: signal.signal(number, _ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        time.sleep(seconds)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ask(_number: int, _frame: object) -> NoReturn:
    raise _AskedToLeave


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

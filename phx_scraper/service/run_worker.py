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
from phx_scraper.service.job_report import ReportBeside
from phx_scraper.service.redis_errors import unavailable
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.service.safe_worker import SafeWorker
from phx_scraper.service.stale_entries import StaleEntries
from phx_scraper.service.sweep import Sweep
from phx_scraper.service.worker_setup import WorkerSetup, set_up
from phx_scraper.storage.process_identity import is_dead, this_holder

logger = logging.getLogger(__name__)

LONGEST_WAIT = 15.0
AWAIT_SECONDS = 60.0
"""For which a worker that starts waits for Redis."""
_GAVE_UP = "the worker lost it"
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
    why = "it was asked to"
    with contextlib.suppress(_AskedToLeave), _folder_of_lists() as lists:
        setup = replace(setup, lists=lists)
        set_up(setup)
        _await(queue, 0.0 if options.burst else AWAIT_SECONDS)
        logger.info("Worker %s takes slices of jobs from %s.", this_holder(), queue.url)
        report = ReportBeside(setup)
        try:
            if _Life(setup, queue, report, options).go_on():
                is_emptied = options.burst and not options.most_slices
                why = "nothing waits" if is_emptied else "it has carried out what it was to"
                report.finish()
        finally:
            report.kill()
    logger.info("The worker leaves: %s.", why)


@dataclass(frozen=True, slots=True)
class _Life:
    """Of one worker, through whatever becomes of Redis."""

    setup: WorkerSetup
    queue: RedisQueue
    report: ReportBeside
    options: WorkerOptions

    def go_on(self) -> bool:
        """Whether it did what its options say, rather than that it was asked to leave. Raises QueueUnavailable."""
        done, wait = 0, 1.0
        while True:
            begun = time.monotonic()
            most = self.options.most_slices - done if self.options.most_slices else None
            worker, error = self._work(most)
            if worker is not None:
                done += worker.carried_out
                if worker.is_asked_to_leave or worker.has_emptied or worker.carried_out == most:
                    return not worker.is_asked_to_leave
                error = error or worker.trouble
            trouble = unavailable(self.queue.url, error or OSError(_GAVE_UP))
            if self.options.burst or not (done or trouble.may_come_back):
                raise trouble
            wait = 1.0 if time.monotonic() - begun > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
            logger.warning("%s The worker begins anew in %g s.", trouble, wait)
            time.sleep(wait)

    def _work(self, most: int | None) -> tuple[SafeWorker | None, Exception | None]:
        """RQ's worker, and the error that it ended with; None where Redis let none begin, and where RQ raised none."""
        worker, place = None, self.setup.catalogue
        patience = AWAIT_SECONDS if self.options.burst else None
        try:
            sweep, stale = Sweep(place, self.queue, self.report), StaleEntries(place, self.queue)
            worker = SafeWorker(self.queue, sweep, stale, patience)
            worker.work(burst=self.options.burst, logging_level="WARNING", max_jobs=most)
        except (RedisError, OSError) as error:
            return worker, error
        finally:
            _listen()
        return worker, None


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
                logger.warning("%s It is waited for, %g s.", error, seconds)
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

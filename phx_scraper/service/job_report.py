"""The report of the whole collection, written once when a job is over: its crawls write none."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence

from phx_scraper.model.job import FAILED, FINISHED, SET_ASIDE, JobSlice
from phx_scraper.service.process_group import GroupChild, die_with
from phx_scraper.service.slice_leave import Leave
from phx_scraper.service.worker_setup import WorkerSetup
from phx_scraper.storage.catalogue import job_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
_COLLECTED = (FINISHED, FAILED, SET_ASIDE)
"""Endings after which there is time: whoever cancels a job waits for its processes to go."""


def was_the_last(catalogue: Catalogue, held: JobSlice) -> bool:
    """Whether the end of this slice, as this process wrote it, was that of its job. Raises StorageError."""
    with catalogue.reading() as tx:
        job = job_rows.get(tx, held.job_id)
        slices = job_rows.slices(tx, held.job_id)
    if job is None or job.state not in _COLLECTED:
        return False
    # One transaction writes both, so of slices that end at the same time one is the last.
    mine = (held.number, held.token, job.finished_at)
    return any((one.number, one.token, one.finished_at) == mine for one in slices)


def ended_by_sweep(catalogue: Catalogue, lost: Sequence[JobSlice]) -> bool:
    """Whether a job ended with these slices, whose workers died: none of them is there to write the report."""
    with catalogue.reading() as tx:
        found = [job_rows.get(tx, job_id) for job_id in {one.job_id for one in lost}]
    return any(job is not None and job.state in _COLLECTED for job in found)


def write_report(setup: WorkerSetup, leave: Leave) -> None:
    """Have `scrapy report` write what is out of date, in a child; not to its end where the worker is to leave."""
    child = GroupChild(_command(setup))
    try:
        while (code := child.wait(LOOK_SECONDS)) is None:
            if leave.is_asked:
                return
    finally:
        child.kill()
    if code:
        logger.warning("The report was not written: %s", (child.last_lines or ("",))[-1])


class ReportBeside:
    """The report written while the worker goes on; one at a time, and once more where another job ends meanwhile.

    No thread reads what it says: a worker forks.
    """

    def __init__(self, setup: WorkerSetup) -> None:
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._is_due = False

    def ask(self) -> None:
        """Have it written, where the store has one."""
        self._is_due = self._setup.has_report
        self.look()

    def look(self) -> None:
        """To be called every few seconds."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        if self._is_due and self._process is None:
            parent, self._is_due = os.getpid(), False
            self._process = subprocess.Popen(
                _command(self._setup),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                process_group=0,
                preexec_fn=lambda: die_with(parent),  # noqa: PLW1509 - of one thread
            )

    def finish(self) -> None:
        """Let it be written to its end."""
        while self._process is not None:
            time.sleep(LOOK_SECONDS)
            self.look()

    def kill(self) -> None:
        """Leave it as it is."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _command(setup: WorkerSetup) -> list[str]:
    settings = [word for setting in setup.settings for word in ("-s", setting)]
    return [sys.executable, "-m", "scrapy", "report", *settings]

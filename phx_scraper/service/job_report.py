"""The report of the whole collection, written once when a job is over: its crawls write none."""

from __future__ import annotations

import logging
import sys

from phx_scraper.model.job import FAILED, FINISHED, SET_ASIDE, JobSlice
from phx_scraper.service.process_group import GroupChild
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


def write_report(setup: WorkerSetup, leave: Leave) -> None:
    """Have `scrapy report` write what is out of date, in a child; not to its end where the worker is to leave."""
    settings = [word for setting in setup.settings for word in ("-s", setting)]
    child = GroupChild([sys.executable, "-m", "scrapy", "report", *settings])
    try:
        while (code := child.wait(LOOK_SECONDS)) is None:
            if leave.is_asked:
                return
    finally:
        child.kill()
    if code:
        logger.warning("The report was not written: %s", (child.last_lines or ("",))[-1])

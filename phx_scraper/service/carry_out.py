"""One slice of a job carried out: taken, crawled in a child, watched, ended by name. Runs in a process of its own."""

from __future__ import annotations

import contextlib
import logging
import signal
import time

from phx_scraper.errors import CatalogueUnreachable
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.job import JobSlice
from phx_scraper.service.job_report import was_the_last, write_report
from phx_scraper.service.slice_crawl import LOOK_SECONDS, PATIENCE_SECONDS, SliceCrawl
from phx_scraper.service.slice_leave import Leave
from phx_scraper.service.worker_setup import current_setup
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_slices import Ticket
from phx_scraper.storage.process_identity import this_holder

logger = logging.getLogger(__name__)

AWAIT_SECONDS = 60.0
"""For which the catalogue's server is waited for before a slice is taken."""


def carry_out(job_id: str, number: int, token: int) -> str:
    """Carry out the slice if it still waits under `token`; a word on what came of it, for the queue's record.

    Raises StorageError: the slice is then taken again when its lease is over.
    """
    leave = Leave()
    signal.signal(signal.SIGTERM, leave.ask)
    setup = current_setup()
    with contextlib.closing(_opened(setup.catalogue, leave)) as catalogue:
        held = _taken(catalogue, Ticket(str(job_id), int(number), int(token)))
        if held is None:
            return "not wanted"
        logger.info("Job %s, slice %d begins, try %d.", job_id, number, held.attempts)
        said = SliceCrawl(catalogue, setup, held, leave).run()
        logger.info("Job %s, slice %d: %s.", job_id, number, said)
        if setup.has_report and was_the_last(catalogue, held):
            write_report(setup, leave)
        return said


def _opened(place: CataloguePlace, leave: Leave) -> Catalogue:
    """The catalogue, whose server is waited for: else each slice that waits would be tried at once, in vain."""
    until = time.monotonic() + AWAIT_SECONDS
    while True:
        try:
            catalogue = Catalogue.open(place, PATIENCE_SECONDS)
            # Who is asked to leave waits in a question to a server whose disk hangs: not for ever.
            catalogue.bound_silence()
            return catalogue
        except CatalogueUnreachable:
            if leave.is_asked or time.monotonic() > until:
                raise
        time.sleep(LOOK_SECONDS)


def _taken(catalogue: Catalogue, ticket: Ticket) -> JobSlice | None:
    with catalogue.transaction() as tx:
        return job_slices.take(tx, ticket, this_holder(), time.time())

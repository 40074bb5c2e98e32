"""What makes good whatever was lost: by any worker, every few seconds, also while it is busy.

Slices whose worker died wait again, and the queue is told of what waits, whatever became of its entries.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.job import JobSlice
from phx_scraper.service.job_report import ended_by_sweep
from phx_scraper.service.job_service import Queue
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.process_identity import is_dead

SECONDS_BETWEEN = 5.0
SURE_SECONDS = 4.0
"""A lease that was over is looked at again so much later: while a server was away nobody could renew any."""
MOST_TOLD = 200
"""Slices of which the queue is told at a time: the next ones follow as these are taken."""


class SweptQueue(Queue, Protocol):
    """What tells workers, and ends the entries of workers that died."""

    def tidy(self) -> None:
        """End these. Raises QueueUnavailable."""


class Report(Protocol):
    """What is written when a job is over; `job_report.ReportBeside` is the one that there is."""

    def ask(self) -> None:
        """Have it written."""

    def look(self) -> None:
        """To be called every few seconds."""


class Sweep:
    """The sweeps of one worker: each knows which leases were over at the ones before.

    `report` is to be written where a job ended by one.
    """

    def __init__(
        self,
        place: CataloguePlace,
        queue: SweptQueue,
        report: Report,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._report = report
        self._queue = queue
        self._clock = clock
        self._over: dict[JobSlice, float] = {}

    def __call__(self) -> None:
        """Sweep once. The catalogue is closed again: a worker forks, and SQLite must not be open across that.

        Raises StorageError, QueueUnavailable.
        """
        has_ended = False
        with contextlib.closing(Catalogue.open(self._place)) as catalogue:
            with catalogue.reading() as tx:
                lost = self._lost(job_slices.abandoned(tx, time.time()))
            if lost:
                with catalogue.transaction() as tx:
                    job_slices.fail_abandoned(tx, lost, time.time())
                has_ended = ended_by_sweep(catalogue, lost)
            with catalogue.reading() as tx:
                tickets = job_slices.waiting(tx, MOST_TOLD)
        if has_ended:
            self._report.ask()
        self._report.look()
        self._queue.put(tickets)
        self._queue.tidy()

    def _lost(self, found: Sequence[JobSlice]) -> list[JobSlice]:
        now = self._clock()
        self._over = {one: self._over.get(one, now) for one in found}
        return [one for one, since in self._over.items() if is_dead(one.worker) or now - since >= SURE_SECONDS]

"""Entries of the queue whose slices wait no more, as those of a cancelled job: they go without a process for each."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from phx_scraper.errors import QueueUnavailable, StorageError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_slices import Ticket

_PATIENCE_SECONDS = 2.0
"""For which a question waits for the catalogue's server: nobody hears of the worker meanwhile."""


@dataclass(frozen=True, slots=True)
class StaleEntries:
    """Looked for in the catalogue, which is closed after each look: a worker forks, and SQLite must not be open."""

    place: CataloguePlace
    queue: RedisQueue

    def is_one(self, ticket: Ticket) -> bool:
        """Whether this slice waits no more; all others of the queue of which that is true are then dropped.

        Where the catalogue is out of reach it may wait still.
        """
        try:
            with contextlib.closing(Catalogue.open(self.place, _PATIENCE_SECONDS)) as catalogue:
                with catalogue.reading() as tx:
                    if job_slices.still_waiting(tx, [ticket]):
                        return False
                with contextlib.suppress(QueueUnavailable):
                    self._drop_others(catalogue)
        except StorageError:
            return False
        return True

    def _drop_others(self, catalogue: Catalogue) -> None:
        """Raises StorageError, QueueUnavailable."""
        # In this order: whoever puts an entry has written its row before.
        entries = self.queue.tickets()
        with catalogue.reading() as tx:
            wanted = job_slices.still_waiting(tx, entries)
        self.queue.drop([one for one in entries if one not in wanted])

"""What makes good whatever was lost: by any worker, every few seconds, also while it is busy.

Slices whose worker died wait again, and the queue is told of what waits, whatever became of its entries.
"""

from __future__ import annotations

import time
from pathlib import Path

from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.storage.catalogue import job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue

SECONDS_BETWEEN = 5.0
MOST_TOLD = 200
"""Slices of which the queue is told at a time: the next ones follow as these are taken."""


def sweep(place: str | Path, queue: RedisQueue) -> None:
    """Sweep once. The catalogue is closed again: a worker forks, and SQLite must not be open across that.

    Raises StorageError, QueueUnavailable.
    """
    catalogue = Catalogue.open(place)
    try:
        with catalogue.reading() as tx:
            is_left = job_slices.abandoned(tx, time.time())
        if is_left:
            with catalogue.transaction() as tx:
                job_slices.fail_abandoned(tx, time.time())
        with catalogue.reading() as tx:
            tickets = job_slices.waiting(tx, MOST_TOLD)
    finally:
        catalogue.close()
    queue.put(tickets)
    queue.tidy()

"""Which runs are at work now: what takes rows and files away waits until none is."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from phx_scraper.errors import StorageError
from phx_scraper.storage.catalogue import runs, schema
from phx_scraper.storage.process_identity import is_dead

visits = schema.visits


def crawls_at_work(connection: Connection) -> list[str]:
    """Ids of the runs that hold a visit, or have begun and not ended; a dead process is at no work."""
    now = time.time()
    holding = {str(row.lease_run) for row in _held(connection, now)}
    over = set(runs.killed(connection, now))
    begun = connection.execute(select(schema.runs.c.run_id).where(schema.runs.c.ending.is_(None))).scalars()
    return sorted(holding.union(run for run in begun if run not in over))


def homes_in_hand(connection: Connection) -> set[str]:
    """Homes of which some source is being visited now."""
    return {row.property_hash for row in _held(connection, time.time())}


def _held(connection: Connection, now: float) -> list[Any]:
    columns = visits.c.property_hash, visits.c.lease_run, visits.c.lease_holder
    dead = cache(is_dead)
    rows = connection.execute(select(*columns).where(visits.c.lease_until > now))
    return [row for row in rows.all() if not dead(row.lease_holder)]


def refuse_at_work(connection: Connection, command: str) -> None:
    """Raises StorageError while a crawl is at work; within a transaction none can begin until that is done."""
    found = crawls_at_work(connection)
    if found:
        raise StorageError(
            f"A crawl is at work on this catalogue (run {', '.join(found)}): stop it or let it end, then run scrapy"
            f" {command} again."
        )

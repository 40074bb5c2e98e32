"""Executions: when each ran, with which arguments, how it ended, and what it changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from phx_scraper.errors import StorageError
from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import NO_LEASE, mark_stale
from phx_scraper.storage.process_identity import is_dead, this_holder

runs, changes, photos, visits = schema.runs, schema.changes, schema.photos, schema.visits


def new_run_id() -> str:
    """An id for a run that begins: 8 hex digits."""
    return secrets.token_hex(4)


KILLED = "killed"
"""How a run ended that ended without a word; the next run notes it."""

HOLDER = "holder"
"""Of a run that has not ended, in its totals: which process it is."""
_SURELY_OVER = 86400.0
"""Seconds after which a run that nothing is heard of is over, where its process cannot be asked for."""


def start(connection: Connection, run_id: str, spider: str, arguments: Mapping[str, str], now: float) -> None:
    """Note that a run began. Raises StorageError if the id was used before."""
    if get(connection, run_id) is not None:
        raise StorageError(f"There was a run {run_id} already: every run needs an id of its own.")
    values = {"run_id": run_id, "spider": spider, "arguments": dict(arguments), "started_at": now}
    # Until it ends its totals say who it is.
    connection.execute(runs.insert().values(**values, totals={HOLDER: this_holder()}))


def finish(connection: Connection, run_id: str, ending: str, totals: Mapping[str, Any], now: float) -> None:
    """Note how a run ended, and give back the visits that it still holds; what came of them is to be shown."""
    connection.execute(
        update(runs).where(runs.c.run_id == run_id).values(ending=ending, totals=dict(totals), finished_at=now)
    )
    held = visits.c.lease_run == run_id
    for property_hash in connection.execute(select(visits.c.property_hash).where(held).distinct()).scalars().all():
        mark_stale(connection, property_hash)
    connection.execute(update(visits).where(held).values(**NO_LEASE))


def killed(connection: Connection, now: float) -> list[str]:
    """Runs that have not ended and whose process is dead, or has held no visit for a day."""
    held = set(connection.execute(select(visits.c.lease_run).where(visits.c.lease_until > now)).scalars())
    rows = connection.execute(select(runs.c.run_id, runs.c.started_at, runs.c.totals).where(runs.c.ending.is_(None)))
    return [
        row.run_id
        for row in rows
        if is_dead(str(row.totals.get(HOLDER, ""))) or (row.run_id not in held and row.started_at < now - _SURELY_OVER)
    ]


def note_killed(connection: Connection, run_id: str) -> None:
    """End a killed run at the time of the last thing that it is known to have done."""
    done = [
        select(func.max(visits.c.finished_at)).where(visits.c.run_id == run_id),
        select(func.max(photos.c.processed_at)).where(photos.c.run_id == run_id),
        select(runs.c.started_at).where(runs.c.run_id == run_id),
    ]
    times = [connection.execute(query).scalar() for query in done]
    finish(connection, run_id, KILLED, {}, max(time for time in times if time is not None))


def ended(connection: Connection, number: int) -> list[RunRow]:
    """The latest runs that have ended."""
    query = select(runs).where(runs.c.ending.is_not(None)).order_by(runs.c.started_at.desc(), runs.c.run_id)
    return [record(RunRow, row) for row in connection.execute(query.limit(number))]


def latest(connection: Connection, number: int) -> list[RunRow]:
    """The latest runs, ended or not, the newest first."""
    query = select(runs).order_by(runs.c.started_at.desc(), runs.c.run_id).limit(number)
    return [record(RunRow, row) for row in connection.execute(query)]


def ids(connection: Connection) -> list[str]:
    """Of every run, the latest first."""
    return list(connection.execute(select(runs.c.run_id).order_by(runs.c.started_at.desc(), runs.c.run_id)).scalars())


def get(connection: Connection, run_id: str) -> RunRow | None:
    """One run."""
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).first()
    return record(RunRow, row) if row else None


def last(connection: Connection, spider: str) -> RunRow | None:
    """The latest run of a spider, ended or not."""
    query = select(runs).where(runs.c.spider == spider).order_by(runs.c.started_at.desc(), runs.c.run_id.desc())
    row = connection.execute(query.limit(1)).first()
    return record(RunRow, row) if row else None


def change_counts(connection: Connection, run_id: str) -> dict[str, dict[str, dict[str, int]]]:
    """Photos that a run found new, unchanged, changed or removed: property_hash -> source -> change -> count."""
    query = (
        select(photos.c.property_hash, photos.c.source, changes.c.change, func.count())
        .join(photos, photos.c.id == changes.c.photo_id)
        .where(changes.c.run_id == run_id)
        .group_by(photos.c.property_hash, photos.c.source, changes.c.change)
    )
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for property_hash, source, change, count in connection.execute(query):
        counts.setdefault(property_hash, {}).setdefault(source, {})[change] = count
    return counts

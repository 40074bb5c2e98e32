"""Executions: when each ran, with which arguments, how it ended, and what it changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from phx_scraper.errors import StorageError
from phx_scraper.storage import schema
from phx_scraper.storage.records import RunRow
from phx_scraper.storage.rows import run_row

runs, changes, photos = schema.runs, schema.changes, schema.photos


def new_run_id() -> str:
    """An id for a run that begins: 8 hex digits."""
    return secrets.token_hex(4)


def start(connection: Connection, run_id: str, spider: str, arguments: Mapping[str, str], now: float) -> None:
    """Note that a run began. Raises StorageError if the id was used before."""
    if get(connection, run_id) is not None:
        raise StorageError(f"There was a run {run_id} already: every run needs an id of its own.")
    connection.execute(
        runs.insert().values(run_id=run_id, spider=spider, arguments=dict(arguments), started_at=now, totals={})
    )


def finish(connection: Connection, run_id: str, ending: str, totals: Mapping[str, Any], now: float) -> None:
    """Note how a run ended, and give back the visits that it still holds."""
    visits = schema.visits
    connection.execute(
        update(runs).where(runs.c.run_id == run_id).values(ending=ending, totals=dict(totals), finished_at=now)
    )
    connection.execute(
        update(visits).where(visits.c.lease_run == run_id).values(lease_run=None, lease_holder=None, lease_until=None)
    )


def get(connection: Connection, run_id: str) -> RunRow | None:
    """One run."""
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).first()
    return run_row(row) if row else None


def last(connection: Connection, spider: str) -> RunRow | None:
    """The latest run of a spider, ended or not."""
    query = select(runs).where(runs.c.spider == spider).order_by(runs.c.started_at.desc(), runs.c.run_id.desc())
    row = connection.execute(query.limit(1)).first()
    return run_row(row) if row else None


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

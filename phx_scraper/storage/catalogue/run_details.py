"""What each of the newest runs was: its mode, versions, settings and homes, and how it ended each visit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, select, update

from phx_scraper.model.run import RunDetails, VisitEnded
from phx_scraper.model.visit import VisitLease
from phx_scraper.storage.catalogue import photo_history, schema
from phx_scraper.storage.catalogue.history_tables import home_lists, run_details, visit_history
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import chunks

runs, homes, visits = schema.runs, schema.homes, schema.visits

KEPT_RUNS = 50
"""Runs of which every detail is kept; of older ones it is known when they ran, how they ended and what they changed."""


def begin(connection: Connection, run_id: str, details: RunDetails, labels: Sequence[str] | None = None) -> None:
    """Note what a run is, and the homes that it was asked for where they are known."""
    list_id = None if labels is None else _list_id(connection, labels)
    connection.execute(run_details.insert().values(run_id=run_id, list_id=list_id, **asdict(details)))


def _list_id(connection: Connection, labels: Sequence[str]) -> str:
    listed = sorted(labels)
    list_id = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    if connection.execute(select(home_lists.c.list_id).where(home_lists.c.list_id == list_id)).first() is None:
        connection.execute(home_lists.insert().values(list_id=list_id, labels=listed))
    return list_id


def fill(connection: Connection) -> None:
    """Begin with what is known of the runs of earlier versions: the visits that each was the last to end."""
    connection.execute(run_details.insert().from_select(["run_id"], select(runs.c.run_id)))
    columns = ("run_id", "property_hash", "source", "outcome", "reason")
    ended = select(*(visits.c[name] for name in columns)).where(visits.c.run_id.is_not(None))
    connection.execute(visit_history.insert().from_select(columns, ended))


def note_seconds(connection: Connection, run_id: str, seconds: Mapping[str, Any]) -> None:
    """Note how long the stages of a run took."""
    connection.execute(update(run_details).where(run_details.c.run_id == run_id).values(seconds=dict(seconds)))


def note_ending(connection: Connection, visit: VisitLease, outcome: str, reason: str, ways: str) -> None:
    """Note how a run ended a visit."""
    key = {"run_id": visit.run_id, "property_hash": visit.property_hash, "source": visit.source}
    connection.execute(visit_history.insert().values(**key, outcome=outcome, reason=reason, ways=ways))


def details_of(connection: Connection, run_id: str) -> RunDetails | None:
    """What is known of a run; None of one that an earlier version made."""
    row = connection.execute(select(run_details).where(run_details.c.run_id == run_id)).first()
    return record(RunDetails, row) if row else None


def latest_settings(connection: Connection) -> dict[str, Any]:
    """The settings of the latest run that are not the project's, secrets hidden; none where no run is known."""
    query = select(run_details.c.settings).join(runs, runs.c.run_id == run_details.c.run_id)
    newest = query.order_by(runs.c.started_at.desc(), runs.c.run_id).limit(1)
    return dict(connection.execute(newest).scalar() or {})


def modes(connection: Connection) -> dict[str, str]:
    """Run id -> mode of the runs whose details are kept."""
    rows = connection.execute(select(run_details.c.run_id, run_details.c.mode))
    return {row.run_id: row.mode for row in rows if row.mode}


def homes_of(connection: Connection, run_id: str) -> frozenset[str] | None:
    """The labels of the homes that a run was asked for; None where that was not noted."""
    query = select(home_lists.c.labels).join(run_details, run_details.c.list_id == home_lists.c.list_id)
    labels = connection.execute(query.where(run_details.c.run_id == run_id)).scalar()
    return None if labels is None else frozenset(labels)


def visits_ended(connection: Connection, run_id: str) -> list[VisitEnded]:
    """The visits that a run ended, by address and source."""
    query = (
        select(visit_history, homes.c.address, visits.c.claimed_photo_count, visits.c.not_before)
        .join(homes, homes.c.property_hash == visit_history.c.property_hash)
        .join(visits, _same_visit())
        .where(visit_history.c.run_id == run_id)
        .order_by(homes.c.address, visit_history.c.source, visit_history.c.number)
    )
    last = {(row.property_hash, row.source): row for row in connection.execute(query)}
    return [record(VisitEnded, row) for row in last.values()]


def _same_visit() -> Any:
    of_home = visits.c.property_hash == visit_history.c.property_hash
    return of_home & (visits.c.source == visit_history.c.source)


def forget_old_details(connection: Connection) -> None:
    """Keep the details of the newest runs; lists that no kept run was given go too."""
    newest = select(run_details.c.run_id).join(runs, runs.c.run_id == run_details.c.run_id)
    newest = newest.order_by(runs.c.started_at.desc(), runs.c.run_id)
    old = list(connection.execute(newest.offset(KEPT_RUNS)).scalars())
    for part in chunks(old):
        connection.execute(delete(visit_history).where(visit_history.c.run_id.in_(part)))
        connection.execute(delete(run_details).where(run_details.c.run_id.in_(part)))
    photo_history.drop_unchanged(connection, old)
    kept = select(run_details.c.list_id).where(run_details.c.list_id.is_not(None))
    connection.execute(delete(home_lists).where(home_lists.c.list_id.not_in(kept)))

"""The facts of listings over time: a row only where something differs from what was known before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from phx_scraper.model.listing_facts import FACT_COLUMNS, FactValues, brought_up_to_date, facts_of
from phx_scraper.model.visit import VisitLease
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.history_tables import listing_history as history
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit

runs, listings = schema.runs, schema.listings


@dataclass(frozen=True, slots=True)
class ListingChange:
    """A listing's facts at two times; `old` is None for one that was not known then."""

    property_hash: str
    source: str
    url: str
    old: FactValues | None
    new: FactValues


def note(connection: Connection, lease: VisitLease, url: str, told: FactValues, now: float) -> None:
    """Add what a listing tells, unless all of it is known; to be called before the listing itself is written."""
    query = select(history.c.facts).where(of_visit(history, lease)).order_by(history.c.number.desc()).limit(1)
    known = connection.execute(query).scalar()
    facts = brought_up_to_date(known or {}, told)
    if known is not None and facts == known:
        return
    begun = _known_since(connection, lease) if known is None else None
    run_id, seen_at = begun or (lease.run_id, now)
    key = {"property_hash": lease.property_hash, "source": lease.source, "run_id": run_id}
    connection.execute(history.insert().values(**key, seen_at=seen_at, url=url, facts=facts))


def _known_since(connection: Connection, lease: VisitLease) -> tuple[str, float] | None:
    """The run that read a listing without history, as of a rebuilt catalogue: what it said is lost, and no news."""
    row = connection.execute(select(listings.c.run_id, listings.c.seen_at).where(of_visit(listings, lease))).first()
    return None if row is None else (str(row.run_id), float(row.seen_at))


def fill(connection: Connection) -> None:
    """Begin with what the listings say now, as of the runs that read them."""
    # Columns by name: a catalogue of that schema lacks those of later ones.
    read = ("property_hash", "source", "run_id", "seen_at", "url", *FACT_COLUMNS, "claimed_photo_count")
    for row in connection.execute(select(*(listings.c[name] for name in read))).all():
        facts = facts_of(row, row.claimed_photo_count)
        key = {"property_hash": row.property_hash, "source": row.source, "run_id": row.run_id}
        connection.execute(history.insert().values(**key, seen_at=row.seen_at, url=row.url, facts=facts))


def changes_between(connection: Connection, after: float, until: float) -> Iterator[ListingChange]:
    """Listings that runs found changed which began after the one time, and not after the other; by home and source."""
    latest: dict[tuple[str, str], Row[Any]] = {}
    query = select(history).join(runs, runs.c.run_id == history.c.run_id).order_by(history.c.number)
    for row in connection.execute(query.where(runs.c.started_at > after, runs.c.started_at <= until)):
        latest[row.property_hash, row.source] = row
    for part in chunks(sorted(latest)):
        before = _facts_at(connection, [property_hash for property_hash, _ in part], after)
        for visit in part:
            row = latest[visit]
            if before.get(visit) != row.facts:
                yield ListingChange(*visit, row.url, before.get(visit), row.facts)


def _facts_at(connection: Connection, homes: list[str], moment: float) -> dict[tuple[str, str], FactValues]:
    """The last facts of these homes' listings of runs that had begun at that time."""
    last = (
        select(func.max(history.c.number))
        .join(runs, runs.c.run_id == history.c.run_id)
        .where(history.c.property_hash.in_(homes), runs.c.started_at <= moment)
        .group_by(history.c.property_hash, history.c.source)
    )
    rows = connection.execute(select(history).where(history.c.number.in_(last)))
    return {(row.property_hash, row.source): row.facts for row in rows}

"""Visits and photos that ended badly, put back on the list for the next crawl."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select, update

from phx_scraper.storage import schema
from phx_scraper.storage.judging import CONTRADICTION

visits, listings, photos = schema.visits, schema.listings, schema.photos

BAD = ("blocked", "error")
_FREE = visits.c.lease_run.is_(None)


class Retried(NamedTuple):
    """How many visits and photos the next crawl will ask for again."""

    visits: int
    photos: int


def retry(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None = None) -> Retried:
    """Make refused and failed visits due at once, and failed photos pending, at these sources.

    `reason` chooses those whose reason begins with it (empty: all); `homes` are property hashes (None: all). Photos of
    a listing that other sources contradict stay refused: their visit is looked at again instead. What a run works on
    is left to it.
    """
    return Retried(_visits(connection, sources, reason, homes), _photos(connection, sources, reason, homes))


def _visits(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> int:
    chosen = and_(visits.c.outcome.in_(BAD), _FREE, *_chosen(visits, sources, reason, homes))
    again = {"outcome": "pending", "not_before": None, "needs_page": True}
    return connection.execute(update(visits).where(chosen).values(**again)).rowcount


def _photos(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> int:
    """Of finished visits whose last listing still shows them; the page is not read again for them."""
    query = (
        select(photos.c.id, photos.c.property_hash, photos.c.source)
        .join(visits, _same(visits))
        .join(listings, _same(listings))
        .where(photos.c.state == "failed", photos.c.removed_at.is_(None), photos.c.reason != CONTRADICTION)
        .where(photos.c.revision == listings.c.revision, visits.c.outcome == "ok", _FREE)
        .where(*_chosen(photos, sources, reason, homes))
    )
    rows = connection.execute(query).all()
    for row in rows:
        connection.execute(update(photos).where(photos.c.id == row.id).values(state="pending", reason=""))
    for property_hash, source in {(row.property_hash, row.source) for row in rows}:
        visit = and_(visits.c.property_hash == property_hash, visits.c.source == source)
        connection.execute(update(visits).where(visit).values(outcome="pending", needs_page=False, not_before=None))
    return len(rows)


def _same(table: Any) -> Any:
    return and_(table.c.property_hash == photos.c.property_hash, table.c.source == photos.c.source)


def _chosen(table: Any, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> tuple[Any, ...]:
    matches = [table.c.source.in_(sources), table.c.reason.startswith(reason, autoescape=True)]
    if homes is not None:
        matches.append(table.c.property_hash.in_(homes))
    return tuple(matches)

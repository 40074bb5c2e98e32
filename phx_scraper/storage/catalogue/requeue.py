"""Visits and photos that ended badly, put back on the list for the next crawl."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, select, update

from phx_scraper.model.outcome import STANDING, TROUBLE
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import breakers, schema, transient_photos, view_change_counter
from phx_scraper.storage.catalogue.apply_cross_check import CONTRADICTION
from phx_scraper.storage.catalogue.sql_helpers import of_visit

visits, listings, photos = schema.visits, schema.listings, schema.photos

_FREE = visits.c.lease_run.is_(None)


class Retried(NamedTuple):
    """How many visits and photos the next crawl asks for again; `on_trial` are sources that were left alone.

    Those are tried with one home before the others follow.
    """

    visits: int
    photos: int
    on_trial: tuple[str, ...] = ()


def retry(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None = None) -> Retried:
    """Make refused and failed visits due at once, and failed photos pending, at these sources; none is left alone.

    `reason` chooses those whose reason begins with it (empty: all); `homes` are property hashes (None: all). Photos of
    a listing that other sources contradict stay refused: their visit is looked at again instead. What a run works on
    is left to it.
    """
    view_change_counter.note(connection)
    again = _visits(connection, sources, reason, homes)
    wanted = _photos(connection, sources, reason, homes)
    return Retried(again, wanted, tuple(breakers.allow_trial(connection, sources)))


def given_reasons(connection: Connection) -> set[str]:
    """The reasons that visits and photos have now."""
    found: set[str] = set()
    for table in (visits, photos):
        query = select(table.c.reason).where(table.c.reason != "").distinct()
        found.update(connection.execute(query).scalars())
    return found


def _visits(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> int:
    chosen = and_(visits.c.outcome.in_(TROUBLE), _FREE, *_chosen(visits, sources, reason, homes))
    again = {"outcome": "pending", "not_before": None, "needs_page": True}
    return connection.execute(update(visits).where(chosen).values(**again)).rowcount


def _photos(connection: Connection, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> int:
    """Of every visit whose last listing still shows them, however it ended."""
    query = (
        select(photos.c.id, photos.c.property_hash, photos.c.source)
        .join(visits, of_visit(visits, photos.c))
        .join(listings, transient_photos.shown_last())
        .where(transient_photos.not_had(), photos.c.reason != CONTRADICTION, visits.c.outcome.in_(STANDING), _FREE)
        .where(*_chosen(photos, sources, reason, homes))
    )
    return _reopen(connection, connection.execute(query).all())


def _reopen(connection: Connection, rows: Sequence[Any]) -> int:
    transient_photos.requeue_photos(connection, [row.id for row in rows])
    for visit in {DueVisit(row.property_hash, row.source) for row in rows}:
        connection.execute(update(visits).where(of_visit(visits, visit)).values(**_REOPENED))
    return len(rows)


def take_back(connection: Connection, run_id: str, reasons: Collection[str], since: float) -> None:
    """Make pending what this run ended as failed for these reasons from `since` on: they were no fault of a home."""
    view_change_counter.note(connection)
    chosen = and_(visits.c.run_id == run_id, visits.c.outcome == "error", _FREE, visits.c.finished_at >= since)
    again = {"outcome": "pending", "not_before": None, "needs_page": True, "reason": "", "detail": ""}
    connection.execute(update(visits).where(chosen, visits.c.reason.in_(reasons)).values(**again))
    query = (
        select(photos.c.id, photos.c.property_hash, photos.c.source)
        .join(visits, of_visit(visits, photos.c))
        .where(visits.c.run_id == run_id, photos.c.reason.in_(reasons), photos.c.checked_at >= since, _FREE)
    )
    _reopen(connection, connection.execute(query).all())


_PAGE_WAS_READ = (visits.c.outcome == "ok") | (visits.c.reason == "no_photo_usable") & (visits.c.outcome == "error")
# Only after a page that was read are the photos alone to be asked for.
_REOPENED = {
    "outcome": "pending",
    "not_before": None,
    "needs_page": case((_PAGE_WAS_READ, False), else_=visits.c.needs_page),
}


def _chosen(table: Any, sources: Sequence[str], reason: str, homes: Sequence[str] | None) -> tuple[Any, ...]:
    matches = [table.c.source.in_(sources), table.c.reason.startswith(reason, autoescape=True)]
    if homes is not None:
        matches.append(table.c.property_hash.in_(homes))
    return tuple(matches)

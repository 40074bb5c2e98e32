"""What a crawl would do with each visit if it began now; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from phx_scraper.model.outcome import LISTED
from phx_scraper.model.reasons import is_transient
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.leases import DAY
from phx_scraper.storage.catalogue.photo_counts import photo_counts
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit

visits, listings, photos = schema.visits, schema.listings, schema.photos

NEW, AGAIN, PHOTOS, RESTING, HELD, KNOWN = "new", "again", "photos", "resting", "held", "known"
"""Never ended yet; its page is read again; only photos are missing; left until a time; another run has it; done."""
ASKED = (NEW, AGAIN, PHOTOS)


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """What is to come of a visit, and how it stands; `photos` are known to be fetched; `until` it is left as it is."""

    plan: str
    outcome: str = "pending"
    reason: str = ""
    photos: int = 0
    until: float | None = None


def planned_visits(
    connection: Connection,
    labels: Sequence[str],
    sources: Sequence[str],
    due: Collection[DueVisit],
    now: float,
    refresh_days: float,
) -> dict[DueVisit, PlannedVisit]:
    """Every known visit of these homes, where `due` are those that `leases.due` names."""
    counts = photo_counts(connection, labels, sources)
    found = {}
    for row in _rows(connection, labels, sources):
        visit = DueVisit(row.property_hash, row.source)
        plan = _plan_of_due(row, now - refresh_days * DAY) if visit in due else _plan_of_others(row, now)
        count = counts.get((row.property_hash, row.source))
        missing = 0
        if count is not None and plan in ASKED:
            missing = count.pending + sum(number for reason, number in count.failures.items() if is_transient(reason))
        found[visit] = PlannedVisit(plan, row.outcome, row.reason, missing, _until(row, plan, refresh_days))
    return found


def usual_gallery(connection: Connection, source: str) -> float | None:
    """Photos that a listed home of this source shows, as a mean; None where there is none."""
    listed = select(func.count()).where(visits.c.source == source, visits.c.outcome.in_(LISTED))
    shown = select(func.count()).where(photos.c.source == source, photos.c.removed_at.is_(None))
    homes = connection.execute(listed).scalar_one()
    return connection.execute(shown).scalar_one() / homes if homes else None


def _rows(connection: Connection, labels: Sequence[str], sources: Sequence[str]) -> Iterator[Row[Any]]:
    query = select(visits, listings.c.seen_at).select_from(visits.outerjoin(listings, of_visit(listings, visits.c)))
    for part in chunks(dict.fromkeys(labels)):
        yield from connection.execute(query.where(visits.c.property_hash.in_(part), visits.c.source.in_(sources)))


def _plan_of_due(row: Row[Any], page_before: float) -> str:
    is_listed = row.seen_at is not None
    if row.outcome == "pending":
        return PHOTOS if is_listed and not row.needs_page else AGAIN if row.finished_at else NEW
    return PHOTOS if row.outcome == "ok" and is_listed and row.seen_at > page_before else AGAIN


def _plan_of_others(row: Row[Any], now: float) -> str:
    if row.not_before is not None and row.not_before > now:
        return RESTING
    return HELD if row.lease_run is not None else KNOWN


def _until(row: Row[Any], plan: str, refresh_days: float) -> float | None:
    if plan == RESTING:
        return float(row.not_before)
    if plan == KNOWN and row.finished_at is not None and refresh_days * DAY < float("inf"):
        return float(row.finished_at + refresh_days * DAY)
    return None

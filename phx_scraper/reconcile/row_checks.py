"""Rows against rows: photos that contradict their visit or one another, and visits that nobody works on any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from phx_scraper.model.claims import claims_met
from phx_scraper.reconcile.report import Problem, Report
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.crawls_at_work import crawls_at_work
from phx_scraper.storage.catalogue.sql_helpers import of_visit
from phx_scraper.storage.process_identity import is_dead

photos, images, visits, listings, homes = schema.photos, schema.images, schema.visits, schema.listings, schema.homes

_KEPT = photos.alias("kept")
_HAD = photos.c.state.in_(("stored", "duplicate"))
_LIVE = photos.c.removed_at.is_(None)
_OF_VISIT, _OF_LISTING = of_visit(visits, photos.c), of_visit(listings, photos.c)
_SETTLED = and_(visits.c.outcome == "ok", visits.c.lease_run.is_(None))


def check_rows(connection: Connection, now: float, report: Report) -> None:
    """Find rows that disagree, leases of dead runs and homes whose folder is out of date; measure completeness."""
    for table in (photos, visits):
        report.checked[table.name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
    report.checked["views"] = connection.execute(select(func.count()).select_from(homes)).scalar_one()
    for detail, query in _contradictions():
        report.problems += [_wrong(row, detail) for row in connection.execute(query)]
    report.problems += _stale_leases(connection, now)
    report.problems += _stale_folders(connection)
    report.completeness = _completeness(connection)


def _contradictions() -> Iterator[tuple[str, Any]]:
    row = select(photos.c.id, photos.c.property_hash, photos.c.source, photos.c.key)
    with_image = row.outerjoin(images, images.c.raw_sha256 == photos.c.raw_sha256)
    yield "has a picture by its state, and none by its hash", with_image.where(_HAD, images.c.raw_sha256.is_(None))
    with_kept = row.join(visits, _OF_VISIT).outerjoin(_KEPT, _KEPT.c.id == photos.c.duplicate_of)
    no_kept = or_(_KEPT.c.id.is_(None), _KEPT.c.state != "stored", _KEPT.c.property_hash != photos.c.property_hash)
    copies = and_(photos.c.state == "duplicate", _LIVE, _SETTLED)
    yield "is a copy of a photo that is not kept", with_kept.where(copies, no_kept)
    shown = row.join(visits, _OF_VISIT).join(listings, _OF_LISTING)
    forgotten = and_(photos.c.state == "pending", _LIVE, photos.c.revision == listings.c.revision, _SETTLED)
    yield "is still to be fetched, and its visit is done", shown.where(forgotten)


def _wrong(row: Row[Any], detail: str) -> Problem:
    subject = f"{row.property_hash}/{row.source}/{row.key}"
    return Problem("wrong_row", subject, detail, photo_id=row.id, visit=(row.property_hash, row.source))


def _stale_leases(connection: Connection, now: float) -> Iterator[Problem]:
    dead = cache(is_dead)
    for row in connection.execute(select(visits).where(visits.c.lease_run.is_not(None))):
        if row.lease_until <= now or dead(row.lease_holder):
            visit = (row.property_hash, row.source)
            yield Problem("stale_lease", "/".join(visit), f"run {row.lease_run}", visit=visit)


def _stale_folders(connection: Connection) -> Iterator[Problem]:
    """While a crawl is at work folders lag behind the catalogue, as they should: it writes them at its end."""
    if crawls_at_work(connection):
        return
    query = select(homes.c.slug).where(homes.c.revision != homes.c.viewed).order_by(homes.c.slug)
    for slug in connection.execute(query).scalars():
        yield Problem("stale_view", f"homes/{slug}", "not written since the catalogue changed")


def _completeness(connection: Connection) -> float:
    tally = (
        select(photos.c.property_hash, photos.c.source, photos.c.state, func.count().label("number"))
        .where(_LIVE)
        .group_by(photos.c.property_hash, photos.c.source, photos.c.state)
    )
    had: Counter[tuple[str, str]] = Counter()
    shown: Counter[tuple[str, str]] = Counter()
    for row in connection.execute(tally):
        shown[row.property_hash, row.source] += row.number
        if row.state in {"stored", "duplicate"}:
            had[row.property_hash, row.source] += row.number
    shares = [
        claims_met(row.outcome, had[row.property_hash, row.source], shown[row.property_hash, row.source], row.claimed)
        for row in connection.execute(select(visits, visits.c.claimed_photo_count.label("claimed")))
    ]
    return sum(shares) / len(shares) if shares else 1.0

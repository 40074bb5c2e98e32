"""Homes that a person should look at: raised and lowered as visits end, from what the catalogue says by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select

from phx_scraper.model.review import REVIEW_FLAGS, ReviewNote
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.apply_cross_check import CONTRADICTION
from phx_scraper.storage.catalogue.leases import DAY
from phx_scraper.storage.catalogue.revisit_tables import review_flags
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit, upsert

homes, visits, listings = schema.homes, schema.visits, schema.listings
photos, changes = schema.photos, schema.changes

SHOWN_DAYS = 30
"""For how long a flag is kept that tells what happened once."""


def update_flags(connection: Connection, property_hash: str, run_id: str, now: float) -> None:
    """Set the home's flags by what this run found so far and by how the home stands."""
    for flag, number in _numbers(connection, property_hash, run_id).items():
        rule = REVIEW_FLAGS[flag]
        match = and_(review_flags.c.property_hash == property_hash, review_flags.c.flag == flag)
        if number > rule.more_than:
            _raise(connection, property_hash, flag, number, run_id, now)
        elif rule.stands:
            connection.execute(delete(review_flags).where(match))
        else:
            connection.execute(delete(review_flags).where(match, review_flags.c.raised_at < now - SHOWN_DAYS * DAY))


def notes_of(connection: Connection, property_hashes: Sequence[str] | None = None) -> Iterator[ReviewNote]:
    """The flags of these homes (default: of all, by address), home by home."""
    query = select(review_flags, homes.c.address).join(homes, homes.c.property_hash == review_flags.c.property_hash)
    if property_hashes is None:
        flagged = connection.execute(query.order_by(homes.c.address)).all()
        property_hashes = [row.property_hash for row in flagged]
    for part in chunks(dict.fromkeys(property_hashes)):
        place = {property_hash: number for number, property_hash in enumerate(part)}
        rows = connection.execute(query.where(review_flags.c.property_hash.in_(part))).all()
        for row in sorted(rows, key=lambda row: (place[row.property_hash], row.flag)):
            yield ReviewNote(**{name: getattr(row, name) for name in ReviewNote._fields})


def _raise(connection: Connection, property_hash: str, flag: str, number: int, run_id: str, now: float) -> None:
    """One that says the same as before stays the earlier run's."""
    key = {"property_hash": property_hash, "flag": flag}
    match = and_(*(review_flags.c[name] == value for name, value in key.items()))
    known = connection.execute(select(review_flags.c.number).where(match)).scalar()
    if known != number or not REVIEW_FLAGS[flag].stands:
        upsert(connection, review_flags, key, {"number": number, "run_id": run_id, "raised_at": now})


def _numbers(connection: Connection, property_hash: str, run_id: str) -> dict[str, int]:
    of_home = photos.c.property_hash == property_hash
    # Of a listing that was not known all photos are new, which is no reason to look.
    known_before = and_(of_visit(listings, photos.c), listings.c.revision > 1)
    known = select(photos.c.id).join(listings, known_before).where(of_home)
    # Photo by photo: joined, SQLite reads all that changed in the run, which grows with every visit.
    of_run = and_(changes.c.run_id == run_id, changes.c.photo_id.in_(known))
    found = select(changes.c.change, func.count()).where(of_run).group_by(changes.c.change)
    counts: dict[str, int] = {row[0]: row[1] for row in connection.execute(found)}
    failed = select(func.count()).where(of_home, photos.c.state == "failed", photos.c.removed_at.is_(None))
    return {
        "content_changed": counts.get("changed", 0),
        "many_new": counts.get("new", 0),
        "many_errors": connection.execute(failed.where(photos.c.reason != CONTRADICTION)).scalar_one(),
        "shortfall": _missing(connection, property_hash),
    }


def _missing(connection: Connection, property_hash: str) -> int:
    """How many photos the home's good pages claim beyond those that they show."""
    live: Any = and_(of_visit(photos, visits.c), photos.c.removed_at.is_(None))
    shown = select(func.count(photos.c.id)).where(live).scalar_subquery()
    claims = select(visits.c.claimed_photo_count - shown).where(
        visits.c.property_hash == property_hash, visits.c.outcome == "ok", visits.c.claimed_photo_count.is_not(None)
    )
    return sum(max(0, number) for number in connection.execute(claims).scalars())

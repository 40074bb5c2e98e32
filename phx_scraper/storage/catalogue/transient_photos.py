"""Photos that could not be had for a reason that time can heal: which visits have any, and asking for them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from phx_scraper.model.reasons import is_transient
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit

listings, photos = schema.listings, schema.photos


def not_had() -> Any:
    """Photos that gave no picture, or that have an earlier one which could not be renewed."""
    renewable = and_(photos.c.state.in_(("stored", "duplicate")), photos.c.reason != "")
    return and_((photos.c.state == "failed") | renewable, photos.c.removed_at.is_(None))


def shown_last() -> Any:
    """Joins photos with the listing that showed them last; others are on their way out."""
    return and_(of_visit(listings, photos.c), listings.c.revision == photos.c.revision)


def with_healable(
    connection: Connection,
    property_hashes: Sequence[str],
    sources: Sequence[str],
    before: float,
    at_once: Collection[str] = (),
) -> set[DueVisit]:
    """Visits whose listing shows photos to be asked for again, last tried `before` this time.

    Photos with a reason among `at_once` need not have rested.
    """
    has_rested = func.coalesce(photos.c.checked_at, 0.0) <= before
    if at_once:
        has_rested |= photos.c.reason.in_(at_once)
    query = (
        select(photos.c.property_hash, photos.c.source, photos.c.reason)
        .join(listings, shown_last())
        .where(not_had(), photos.c.source.in_(sources), has_rested)
        .distinct()
    )
    return {
        DueVisit(row.property_hash, row.source)
        for part in chunks(property_hashes)
        for row in connection.execute(query.where(photos.c.property_hash.in_(part)))
        if is_transient(row.reason)
    }


def reopen(connection: Connection, visit: DueVisit) -> int:
    """Make the visit's photos pending that time can heal; returns how many there are."""
    query = select(photos.c.id, photos.c.reason).join(listings, shown_last())
    rows = connection.execute(query.where(not_had(), of_visit(photos, visit)))
    ids = [row.id for row in rows if is_transient(row.reason)]
    requeue_photos(connection, ids)
    return len(ids)


def requeue_photos(connection: Connection, photo_ids: Collection[int]) -> None:
    """Have photos asked for again: those with a picture keep it meanwhile, and it may be the source's still."""
    for part in chunks(photo_ids):
        chosen = update(photos).where(photos.c.id.in_(part))
        connection.execute(chosen.where(_has_whole_picture(photos.c)).values(check_due=True, reason=""))
        connection.execute(chosen.where(~photos.c.check_due).values(state="pending", reason=""))


def _has_whole_picture(photo: Any) -> Any:
    """Whether a photo (its columns) has a picture for which the source is not known to have a better file."""
    return and_(photo.state.in_(("stored", "duplicate")), photo.raw_sha256.is_not(None), ~photo.smaller_copy)

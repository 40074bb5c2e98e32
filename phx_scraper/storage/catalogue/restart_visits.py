"""Visits asked for again, or forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from phx_scraper.storage.catalogue import photo_versions, removal_queue, schema, view_change_counter
from phx_scraper.storage.catalogue.near_duplicate_pairs import touch_neighbours
from phx_scraper.storage.catalogue.sql_helpers import NO_LEASE, chunks

visits, photos = schema.visits, schema.photos

_OPEN_AGAIN = {"outcome": "pending", "reason": "", "attempts": 0, "not_before": None, "needs_page": True}


def requeue(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
    """Make visits due at once, and every photo of theirs be fetched again when its listing is next read."""
    view_change_counter.note(connection)
    for match in _visits_of(property_hashes, sources):
        connection.execute(update(visits).where(match).values(**_OPEN_AGAIN, force=True))


def requeue_photos(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
    """Make visits due at once; their photos stay as they are."""
    view_change_counter.note(connection)
    for match in _visits_of(property_hashes, sources):
        connection.execute(update(visits).where(match).values(**_OPEN_AGAIN))


def forget(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
    """Drop listings and photos of these visits and make them pending, as if they had never been made."""
    view_change_counter.note(connection)
    for part in chunks(property_hashes):
        paths = _paths_shown(connection, part, sources)
        for property_hash in part:
            touch_neighbours(connection, property_hash)
        _forget_photos(connection, part, sources)
        connection.execute(delete(schema.listings).where(_matches(schema.listings, part, sources)))
        connection.execute(
            update(visits)
            .where(_matches(visits, part, sources))
            .values(
                **_OPEN_AGAIN,
                **NO_LEASE,
                force=False,
                finished_at=None,
                run_id=None,
                claimed_photo_count=None,
                saved_at=None,
            )
        )
        removal_queue.queue(connection, paths)


def _visits_of(property_hashes: Sequence[str], sources: Sequence[str]) -> Iterator[Any]:
    for part in chunks(property_hashes):
        yield _matches(visits, part, sources)


def _matches(table: Any, part: Sequence[str], sources: Sequence[str]) -> Any:
    return and_(table.c.property_hash.in_(part), table.c.source.in_(sources))


def _paths_shown(connection: Connection, part: Sequence[str], sources: Sequence[str]) -> set[str]:
    images = schema.images
    query = (
        select(images.c.path)
        .join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
        .where(_matches(photos, part, sources))
    )
    return set(connection.execute(query).scalars()) | photo_versions.paths_of(connection, part, sources)


def _forget_photos(connection: Connection, part: Sequence[str], sources: Sequence[str]) -> None:
    going = select(photos.c.id).where(_matches(photos, part, sources))
    orphans = photos.c.duplicate_of.in_(going)
    # A duplicate that is being fetched again has no file of its own to fall back on.
    connection.execute(update(photos).where(orphans, photos.c.state == "pending").values(raw_sha256=None))
    connection.execute(update(photos).where(orphans).values(duplicate_of=None))
    connection.execute(delete(photos).where(_matches(photos, part, sources)))

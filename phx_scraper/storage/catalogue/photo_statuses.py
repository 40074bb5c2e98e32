"""What the last look at each photo of a home found, and what it showed before."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.revisit_tables import photo_versions
from phx_scraper.storage.catalogue.sql_helpers import of_visit

photos, listings, changes, images = schema.photos, schema.listings, schema.changes, schema.images

PhotoKey = tuple[str, str]


class EarlierPicture(NamedTuple):
    """What a photo showed until `replaced_at`, as run `run_id` found; `path` is None where its file was not kept."""

    path: str | None
    raw_path: str | None
    raw_sha256: str
    replaced_at: float
    run_id: str


def photo_statuses(connection: Connection, property_hash: str, due_before: float) -> dict[PhotoKey, str]:
    """(source, key) -> status of what the home's listings show.

    `new`: the last look found it for the first time, or it was never had; `content_changed`: it found another picture;
    `stale`: the last look is from before `due_before`; `known`: none of these.
    """
    last_look = and_(changes.c.photo_id == photos.c.id, changes.c.run_id == listings.c.run_id)
    query = (
        select(photos, changes.c.change, listings.c.seen_at)
        .join(listings, of_visit(listings, photos.c))
        .outerjoin(changes, last_look)
        .where(photos.c.property_hash == property_hash, photos.c.removed_at.is_(None))
    )
    return {(row.source, row.key): _status(row, due_before) for row in connection.execute(query)}


def earlier_pictures(connection: Connection, property_hash: str) -> dict[PhotoKey, list[EarlierPicture]]:
    """(source, key) -> what the home's photos showed before, the oldest first."""
    query = (
        select(photo_versions, photos.c.source, photos.c.key, images.c.path, images.c.raw_path)
        .join(photos, photos.c.id == photo_versions.c.photo_id)
        .join(images, images.c.raw_sha256 == photo_versions.c.raw_sha256)
        .where(photos.c.property_hash == property_hash)
        .order_by(photo_versions.c.id)
    )
    found: dict[PhotoKey, list[EarlierPicture]] = {}
    for row in connection.execute(query):
        path = row.path if row.has_picture else None
        told = EarlierPicture(path, row.raw_path, row.raw_sha256, row.replaced_at, row.run_id)
        found.setdefault((row.source, row.key), []).append(told)
    return found


def _status(row: Row[Any], due_before: float) -> str:
    if row.change == "changed":
        return "content_changed"
    if row.seen_at <= due_before:
        return "stale"
    return "new" if row.change == "new" or row.raw_sha256 is None else "known"

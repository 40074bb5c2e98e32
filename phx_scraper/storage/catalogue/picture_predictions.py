"""What a model sees in images, kept so that each is looked at once by each version of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, and_, delete, insert, select

from phx_scraper.model.category import Seen
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.category_tables import image_predictions
from phx_scraper.storage.catalogue.sql_helpers import chunks

photos, images = schema.photos, schema.images


def not_seen(connection: Connection, property_hash: str, version: str) -> dict[str, str]:
    """Images that the home shows, or shows as copies, and that this version was not asked of: SHA-256 -> path."""
    is_known = and_(image_predictions.c.raw_sha256 == images.c.raw_sha256, image_predictions.c.version == version)
    query = (
        select(images.c.raw_sha256, images.c.path)
        .join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
        .join(image_predictions, is_known, isouter=True)
        .where(photos.c.property_hash == property_hash, photos.c.state == "stored", photos.c.kind == "photo")
        .where(image_predictions.c.raw_sha256.is_(None))
        .order_by(photos.c.id)
    )
    return {row.raw_sha256: row.path for row in connection.execute(query)}


def image_paths(connection: Connection, sha256s: Sequence[str]) -> dict[str, str]:
    """SHA-256 of the downloaded bytes -> path of the stored picture."""
    found: dict[str, str] = {}
    for part in chunks(sha256s):
        rows = connection.execute(select(images.c.raw_sha256, images.c.path).where(images.c.raw_sha256.in_(part)))
        found |= {row.raw_sha256: row.path for row in rows}
    return found


def keep(connection: Connection, version: str, seen: Mapping[str, Seen]) -> None:
    """Have this version see this in images, whatever another one saw. Images that are gone meanwhile are left out."""
    here = image_paths(connection, list(seen))
    rows = [
        {"raw_sha256": sha256, "version": version, **asdict(one.category), "kind": one.kind}
        for sha256, one in seen.items()
        if sha256 in here
    ]
    for part in chunks(here):
        connection.execute(delete(image_predictions).where(image_predictions.c.raw_sha256.in_(part)))
    if rows:
        connection.execute(insert(image_predictions), rows)

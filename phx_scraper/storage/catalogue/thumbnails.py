"""Which pictures have a thumbnail: every one that a photo shows or showed before, copies of a better one included.

A thumbnail has no row: its name follows from its picture's, and it can be made again from that at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, or_, select

from phx_scraper.storage.catalogue import photo_versions, schema
from phx_scraper.storage.catalogue.revisit_tables import photo_versions as versions
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.files import paths

images, photos = schema.images, schema.photos

_IMAGES = select(images.c.raw_sha256, images.c.content_hash, images.c.path, images.c.raw_path)


def with_thumbnail(connection: Connection, homes: Sequence[str] | None = None) -> list[Row[Any]]:
    """Images that have one: `raw_sha256`, `content_hash`, `path`, `raw_path`; of these homes, or of all."""
    if homes is None:
        return list(connection.execute(_IMAGES.where(_is_of_photo())))
    return [row for part in chunks(homes) for row in connection.execute(_of_homes(part))]


def known_thumbnails(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """Those of a few paths below `thumbs/` that are of known images: they stay as long as these, as originals do."""
    pictures = {picture: path for path in wanted for picture in paths.pictures_of_thumbnail(path)}
    if not pictures:
        return set()
    found = connection.execute(select(images.c.path).where(images.c.path.in_(pictures))).scalars()
    return {pictures[path] for path in found}


def _of_homes(homes: Sequence[str]) -> Select[Any]:
    had = photo_versions.images_of_homes()
    return _IMAGES.where(images.c.raw_sha256.in_(select(had.c.raw_sha256).where(had.c.property_hash.in_(homes))))


def _is_of_photo() -> ColumnElement[bool]:
    of_photo = exists().where(photos.c.raw_sha256 == images.c.raw_sha256)
    return or_(of_photo, exists().where(versions.c.raw_sha256 == images.c.raw_sha256))

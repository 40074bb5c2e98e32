"""Which pictures have a thumbnail: every one that a photo shows or showed before, copies of a better one included.

A thumbnail has no row: its name follows from its picture's, and it can be made again from that at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from phx_scraper.storage.catalogue import photo_versions, schema
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.files import paths

images = schema.images


def with_thumbnail(connection: Connection, homes: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """Images that have one: `raw_sha256`, `content_hash`, `path`, `raw_path`; of these homes, or of all."""
    had = photo_versions.images_of_homes()
    if homes is None:
        yield from connection.execute(_images(had).order_by(images.c.raw_sha256))
        return
    for part in chunks(homes):
        yield from connection.execute(_images(had, had.c.property_hash.in_(part)).order_by(images.c.raw_sha256))


def needed_thumbnails(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """Those of a few paths below `thumbs/` whose picture a photo shows or showed before."""
    pictures = {picture: path for path in wanted for picture in paths.pictures_of_thumbnail(path)}
    if not pictures:
        return set()
    query = _images(photo_versions.images_of_homes(), images.c.path.in_(pictures))
    return {pictures[row.path] for row in connection.execute(query)}


def _images(had: Any, *where: Any) -> Select[Any]:
    columns = images.c.raw_sha256, images.c.content_hash, images.c.path, images.c.raw_path
    return select(*columns).join(had, had.c.raw_sha256 == images.c.raw_sha256).where(*where).distinct()

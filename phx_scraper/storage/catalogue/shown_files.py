"""Which files show the kept pictures of homes: as little as tells whether they are still there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images = schema.homes, schema.photos, schema.images


class KeptFile(NamedTuple):
    """A kept picture: its file in the store, its original's (None where none was kept), and the file's bytes."""

    path: str
    raw_path: str | None
    size: int


class KeptFiles(NamedTuple):
    """A home and its kept pictures in gallery order; `originals` says whether its folder has these too."""

    property_hash: str
    slug: str
    originals: bool
    pictures: list[KeptFile]


def kept_files(connection: Connection, property_hashes: Sequence[str]) -> Iterator[KeptFiles]:
    """Of each of these homes that has any, whether their files are there or not."""
    query = (
        select(
            *(homes.c.property_hash, homes.c.slug, homes.c.originals),
            *(photos.c.source, photos.c.position, photos.c.key),
            *(images.c.path, images.c.raw_path, images.c.file_size_bytes),
        )
        .join(photos, photos.c.property_hash == homes.c.property_hash)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(and_(photos.c.state == "stored", photos.c.removed_at.is_(None)))
    )
    for part in chunks(dict.fromkeys(property_hashes)):
        rows = map(tuple, connection.execute(query.where(homes.c.property_hash.in_(part))))
        ordered = sorted(rows, key=lambda row: (row[:3], source_priority(row[3]), row[3:6]))
        for (property_hash, slug, originals), shown in groupby(ordered, key=lambda row: row[:3]):
            yield KeptFiles(property_hash, slug, originals, [KeptFile(*row[6:]) for row in shown])

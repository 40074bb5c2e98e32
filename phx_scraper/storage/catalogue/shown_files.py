"""Which files show the kept pictures of homes: as little as tells whether they are still there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, case, select

from phx_scraper.sources import SOURCES, source_priority
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images = schema.homes, schema.photos, schema.images

_PRIORITY = case({name: source_priority(name) for name in SOURCES}, value=photos.c.source, else_=source_priority(""))


KeptFile = tuple[str, str | None, int]
"""Of a kept picture: its file in the store, its original's (None where none was kept), and the file's bytes."""


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
            *(images.c.path, images.c.raw_path, images.c.file_size_bytes),
        )
        .join(photos, photos.c.property_hash == homes.c.property_hash)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(is_shown())
        .order_by(homes.c.property_hash, _PRIORITY, photos.c.source, photos.c.position, photos.c.key)
    )
    for part in chunks(dict.fromkeys(property_hashes)):
        rows = connection.execute(query.where(homes.c.property_hash.in_(part))).fetchall()
        for (property_hash, slug, originals), shown in groupby(rows, key=itemgetter(0, 1, 2)):
            yield KeptFiles(property_hash, slug, originals, [row[3:] for row in shown])

"""Subjects that a person had better look at."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from phx_scraper.model.category import LOW, UNKNOWN
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.category_tables import photo_categories as said
from phx_scraper.storage.catalogue.shown_photos import is_shown

photos = schema.photos


class DoubtfulCategory(NamedTuple):
    """A shown photo and what it is said to show, by whom, and how many of a hundred such answers are right."""

    property_hash: str
    source: str
    key: str
    raw_sha256: str
    subject: str
    confidence: int
    signal: str


def doubtful_categories(connection: Connection) -> list[DoubtfulCategory]:
    """Shown photos whose subject is said with low confidence, the least first; `unknown` is no doubtful answer."""
    own = (photos.c.property_hash, photos.c.source, photos.c.key, photos.c.raw_sha256)
    query = (
        select(*own, said.c.subject, said.c.confidence, said.c.signal)
        .join(said, said.c.photo_id == photos.c.id)
        .where(is_shown())
        .where(said.c.subject != UNKNOWN.subject, said.c.confidence < LOW, said.c.signal != "correction")
        .order_by(said.c.confidence, photos.c.property_hash, photos.c.source, photos.c.position)
    )
    return [DoubtfulCategory._make(row) for row in connection.execute(query)]

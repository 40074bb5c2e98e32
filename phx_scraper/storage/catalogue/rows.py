"""Rows of the catalogue turned into the records that leave it, whose fields are named as the columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row, func

from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo, Variant
from phx_scraper.storage.catalogue import schema

T = TypeVar("T")

listings, photos = schema.listings, schema.photos

LISTING_COLUMNS = tuple(part.name for part in fields(Listing) if part.name in listings.c)
PHOTO_COLUMNS: dict[str, Any] = {
    **{part.name: photos.c[part.name] for part in fields(Photo) if part.name in photos.c},
    "photo_id": photos.c.id,
    "raw_sha256": func.coalesce(photos.c.raw_sha256, ""),
}
"""What `photos` has of a Photo, by the name of its field."""
# It is a row's number there, and the place of the kept photo in a Photo.
del PHOTO_COLUMNS["duplicate_of"]


def record(kind: type[T], row: Row[Any]) -> T:
    """A record whose fields are all columns of the row."""
    return kind(**{name: getattr(row, name) for name in kind.__slots__})  # type: ignore[attr-defined]


def listing_of(row: Row[Any], shown: Iterable[Photo] = ()) -> Listing:
    """From a row of `listings`."""
    return Listing(**{name: getattr(row, name) for name in LISTING_COLUMNS}, photos=tuple(shown))


def photo_of(row: Row[Any]) -> Photo:
    """From a row with PHOTO_COLUMNS and `fallbacks`."""
    values = {name: getattr(row, name) for name in PHOTO_COLUMNS}
    return Photo(**values, variants=tuple(Variant(url) for url in (row.url, *row.fallbacks)))

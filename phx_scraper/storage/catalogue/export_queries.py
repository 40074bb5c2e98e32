"""Long lists over the whole catalogue, read row by row in a fixed order, for files that programs search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import of_visit

homes, visits, photos, images = schema.homes, schema.visits, schema.photos, schema.images
runs, listings = schema.runs, schema.listings

_ROWS_AT_ONCE = 1000
_URL = case((photos.c.fetched_url != "", photos.c.fetched_url), else_=photos.c.url)
_SHOWN = is_shown()


def kept_pictures(connection: Connection) -> Iterator[Row[Any]]:
    """Every shown picture's property_hash, source, key, phash, dhash, hash_version, content_hash and path."""
    hashes = (images.c.phash, images.c.dhash, images.c.hash_version, images.c.content_hash, images.c.path)
    query = (
        select(photos.c.property_hash, photos.c.source, photos.c.key, *hashes)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(_SHOWN)
        .order_by(photos.c.property_hash, photos.c.source, photos.c.key)
    )
    return _streamed(connection, query)


def count_urls(connection: Connection) -> int:
    """How many different URLs `photo_urls` has."""
    return int(connection.execute(select(func.count(_URL.distinct()))).scalar_one())


def photo_urls(connection: Connection) -> Iterator[Row[Any]]:
    """Every photo by the URL that it comes from, `url`: its columns, content_hash, when it was first and last seen."""
    first = runs.alias()
    # The listing that shows it says when it was last there; of one that is gone it is known when that was noticed.
    last_seen = func.coalesce(photos.c.removed_at, listings.c.seen_at).label("last_seen")
    names = ("property_hash", "source", "key", "state", "reason", "removed_at", "http_status", "checked_at")
    columns = (photos.c[name] for name in (*names, "etag", "last_modified", "raw_sha256", "first_run_id", "run_id"))
    query = (
        select(_URL.label("url"), *columns, images.c.content_hash, first.c.started_at.label("first_seen"), last_seen)
        .join(first, first.c.run_id == photos.c.first_run_id, isouter=True)
        .join(listings, of_visit(listings, photos.c), isouter=True)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256, isouter=True)
        .order_by(_URL, photos.c.property_hash, photos.c.source, photos.c.key)
    )
    return _streamed(connection, query)


def all_visits(connection: Connection) -> Iterator[Row[Any]]:
    """Every visit with its home's address, by address and source."""
    query = select(visits, homes.c.address).join(homes, homes.c.property_hash == visits.c.property_hash)
    return _streamed(connection, query.order_by(homes.c.address, visits.c.source))


def shown_homes(connection: Connection) -> Iterator[Row[Any]]:
    """address, property_hash, slug and number of pictures of every home that shows any, by address."""
    query = (
        select(homes.c.address, homes.c.property_hash, homes.c.slug, func.count().label("pictures"))
        .join(photos, photos.c.property_hash == homes.c.property_hash)
        .where(_SHOWN)
        .group_by(homes.c.property_hash)
        .order_by(homes.c.address)
    )
    return _streamed(connection, query)


def _streamed(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    yield from connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)

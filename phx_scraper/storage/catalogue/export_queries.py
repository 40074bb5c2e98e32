"""Long lists over the whole catalogue, read row by row in a fixed order, for files that programs search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from phx_scraper.storage.catalogue import schema

homes, visits, photos, images = schema.homes, schema.visits, schema.photos, schema.images

_ROWS_AT_ONCE = 1000
_SHOWN = and_(photos.c.state == "stored", photos.c.removed_at.is_(None))


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


def photo_urls(connection: Connection) -> Iterator[Row[Any]]:
    """Every photo's property_hash, source, key, url, fetched_url, state, removed_at, validators and raw_sha256."""
    asked = (photos.c.url, photos.c.fetched_url, photos.c.state, photos.c.removed_at)
    answer = (photos.c.etag, photos.c.last_modified, photos.c.checked_at, photos.c.raw_sha256)
    columns = (photos.c.property_hash, photos.c.source, photos.c.key)
    return _streamed(connection, select(*columns, *asked, *answer).order_by(*columns))


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

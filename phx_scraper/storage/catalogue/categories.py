"""What categories are made of, and the categories themselves, home by home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, true

from phx_scraper.model.category import Category, Seen
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.category_tables import image_predictions, photo_categories
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks, mark_stale

photos, images, homes = schema.photos, schema.images, schema.homes

_SEEN = ("location", "subject", "confidence", "signal", "kind")


@dataclass(frozen=True, slots=True)
class Pictured:
    """A photo that has a picture: what its page says of it, and which picture it is; `kept_id` is of its group."""

    photo_id: int
    kept_id: int
    source: str
    key: str
    kind: str
    caption: str
    tags: tuple[str, ...]
    raw_sha256: str
    phash: str
    path: str


def pictured(connection: Connection, property_hash: str) -> list[Pictured]:
    """The photos of a home that have a picture, copies and those that are gone included; kept ones first."""
    query = (
        select(photos, images.c.phash, images.c.path)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(photos.c.property_hash == property_hash)
        .order_by(photos.c.duplicate_of.is_not(None), photos.c.id)
    )
    return [_pictured(row) for row in connection.execute(query)]


def predictions(connection: Connection, sha256s: Sequence[str], version: str) -> dict[str, Seen]:
    """What this version of the model sees in images, as far as it was asked; without one, what any version saw."""
    found: dict[str, Seen] = {}
    of_version = image_predictions.c.version == version if version else true()
    for part in chunks(sha256s):
        of_these = and_(image_predictions.c.raw_sha256.in_(part), of_version)
        rows = connection.execute(select(image_predictions).where(of_these))
        found |= {row.raw_sha256: _seen(row) for row in rows}
    return found


def predict(connection: Connection, seen: Mapping[str, Seen], version: str) -> None:
    """Keep what this version of the model sees in images (raw_sha256 -> what), in place of what an earlier one saw."""
    for part in chunks(seen):
        connection.execute(delete(image_predictions).where(image_predictions.c.raw_sha256.in_(part)))
    rows = [{"raw_sha256": sha256, **_values(one), "version": version} for sha256, one in seen.items()]
    if rows:
        connection.execute(insert(image_predictions), rows)


def write(connection: Connection, property_hash: str, seen: Mapping[int, Seen], version: str) -> int:
    """Have the photos of a home say this by this version; returns of how many it differs from before.

    Only then is the home stale. Photos that are not named have no picture, and no category any more.
    """
    of_home = select(photos.c.id).where(photos.c.property_hash == property_hash)
    rows = connection.execute(select(photo_categories).where(photo_categories.c.photo_id.in_(of_home))).all()
    known = {row.photo_id: (_seen(row), row.version) for row in rows}
    wrong = [photo for photo in {*known, *seen} if known.get(photo) != (seen.get(photo), version)]
    for part in chunks(wrong):
        connection.execute(delete(photo_categories).where(photo_categories.c.photo_id.in_(part)))
    new = [{"photo_id": photo, **_values(seen[photo]), "version": version} for photo in wrong if photo in seen]
    if new:
        connection.execute(insert(photo_categories), new)
    differs = sum(1 for photo in wrong if photo not in known or known[photo][0] != seen.get(photo))
    if differs:
        mark_stale(connection, property_hash)
    return differs


def restore(connection: Connection, photo_id: int, seen: Seen) -> None:
    """Have a new photo say what an earlier catalogue said of it; no version stands for that, so it is stale."""
    connection.execute(insert(photo_categories).values(photo_id=photo_id, **_values(seen), version=""))


def stale_homes(connection: Connection, version: str) -> list[str]:
    """Homes with a picture that this version has not looked at, by address."""
    is_current = and_(photo_categories.c.photo_id == photos.c.id, photo_categories.c.version == version)
    query = (
        select(homes.c.property_hash)
        .join(photos, photos.c.property_hash == homes.c.property_hash)
        .join(photo_categories, is_current, isouter=True)
        .where(photos.c.raw_sha256.is_not(None), photo_categories.c.photo_id.is_(None))
        .group_by(homes.c.property_hash)
        .order_by(homes.c.address)
    )
    return list(connection.execute(query).scalars())


def homes_with_pictures(connection: Connection) -> list[str]:
    """All homes with a picture, by label: that is an order that no city or street has."""
    query = select(photos.c.property_hash).where(photos.c.raw_sha256.is_not(None)).distinct()
    return list(connection.execute(query.order_by(photos.c.property_hash)).scalars())


def counts(connection: Connection) -> list[tuple[Seen, int]]:
    """How many shown pictures say what, confidences apart; pictures without a category are not counted."""
    columns = [photo_categories.c[name] for name in _SEEN]
    query = (
        select(*columns, func.count().label("number"))
        .join(photos, photos.c.id == photo_categories.c.photo_id)
        .where(is_shown())
        .group_by(*columns)
        .order_by(*columns)
    )
    return [(_seen(row), row.number) for row in connection.execute(query)]


def _pictured(row: Row[Any]) -> Pictured:
    kept = row.id if row.duplicate_of is None else row.duplicate_of
    of_page = (row.source, row.key, row.kind, row.caption, row.tags)
    return Pictured(row.id, kept, *of_page, row.raw_sha256, row.phash, row.path)


def _seen(row: Any) -> Seen:
    return Seen(Category(row.location, row.subject, row.confidence, row.signal), row.kind)


def _values(seen: Seen) -> dict[str, Any]:
    return {**{name: getattr(seen.category, name) for name in _SEEN[:-1]}, "kind": seen.kind}

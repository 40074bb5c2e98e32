"""Homes and their photos in the order in which people and programs are shown them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from phx_scraper.model.category import Category
from phx_scraper.model.home import HomeRow
from phx_scraper.model.image import Image
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.model.photo_decision import DecisionAcross, PhotoDecision
from phx_scraper.model.visit import VisitRow
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import (
    decisions_across_homes,
    home_digests,
    maybe_duplicates,
    near_duplicate_pairs,
    photo_decisions,
    picture_corrections,
    schema,
)
from phx_scraper.storage.catalogue.category_tables import photo_categories
from phx_scraper.storage.catalogue.photo_counts import visits_of_homes
from phx_scraper.storage.catalogue.picture_corrections import Correction
from phx_scraper.storage.catalogue.rows import PHOTO_COLUMNS, listing_of, record
from phx_scraper.storage.catalogue.shown_photos import as_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images, listings = schema.homes, schema.photos, schema.images, schema.listings

HOMES_AT_ONCE = 50


_KEPT = photos.alias("kept")
_OF_FETCHING = {"check_due", "fetched_url", "etag", "last_modified"}
_SHOWN = {
    **{name: column for name, column in PHOTO_COLUMNS.items() if name not in _OF_FETCHING},
    "state": as_shown(photos),
    "url": case((photos.c.fetched_url == "", photos.c.url), else_=photos.c.fetched_url),
    "kind": func.coalesce(photo_categories.c.kind, photos.c.kind),
}
_CATEGORY = tuple(photo_categories.c[field.name] for field in fields(Category))
_COLUMNS = (
    photos.c.property_hash,
    _KEPT.c.source,
    _KEPT.c.key,
    *_SHOWN.values(),
    *_CATEGORY,
    *(images.c[name] for name in Image.__slots__),
)


@dataclass(frozen=True, slots=True)
class HomeGallery:
    """A home, its visits and listings by source, its photos, and what people said of them, oldest first.

    Photos are in the order of their sources' priority, then of the gallery.
    """

    home: HomeRow
    visits: dict[str, VisitRow]
    listings: dict[str, Listing]
    photos: tuple[Photo, ...]
    decisions: tuple[PhotoDecision, ...] = ()
    corrections: tuple[Correction, ...] = ()
    across: tuple[DecisionAcross, ...] = ()

    @property
    def kept(self) -> tuple[Photo, ...]:
        """The pictures a person is shown."""
        return tuple(photo for photo in self.photos if photo.state == "stored")


def galleries(connection: Connection, property_hashes: Sequence[str] | None = None) -> Iterator[HomeGallery]:
    """These homes (default: all, by address), read a few at a time so that memory stays flat."""
    wanted = _all_homes(connection) if property_hashes is None else property_hashes
    for part in chunks(dict.fromkeys(wanted), HOMES_AT_ONCE):
        rows = connection.execute(select(homes).where(homes.c.property_hash.in_(part)))
        found = {row.property_hash: record(HomeRow, row) for row in rows}
        visited, listed = visits_of_homes(connection, part), listings_of_homes(connection, part)
        shown, decided = _photos_of(connection, part), photo_decisions.of_homes(connection, part)
        said, across = picture_corrections.of_homes(connection, part), decisions_across_homes.of_homes(connection, part)
        for key in part:
            if key in found:
                told = decided.get(key, ()), said.get(key, ()), across.get(key, ())
                yield HomeGallery(found[key], visited[key], listed[key], tuple(shown[key]), *told)


def stale_homes(connection: Connection) -> list[str]:
    """Homes whose folder does not show what the catalogue says, by address."""
    query = select(homes.c.property_hash).where(homes.c.revision != homes.c.viewed)
    return list(connection.execute(query.order_by(homes.c.address)).scalars())


def mark_viewed(connection: Connection, property_hash: str) -> None:
    """Note that the home's folder shows what the catalogue says; the caller's write lock makes that so."""
    match = homes.c.property_hash == property_hash
    connection.execute(update(homes).where(match).values(viewed=homes.c.revision))
    home_digests.note_shown(connection, property_hash)


def is_stale(connection: Connection, property_hash: str) -> bool:
    """Whether the home's folder does not show what the catalogue says."""
    query = select(homes.c.revision != homes.c.viewed).where(homes.c.property_hash == property_hash)
    return bool(connection.execute(query).scalar())


def _all_homes(connection: Connection) -> list[str]:
    return list(connection.execute(select(homes.c.property_hash).order_by(homes.c.address)).scalars())


def _photos_of(connection: Connection, part: Sequence[str]) -> dict[str, list[Photo]]:
    query = (
        select(*_COLUMNS)
        .outerjoin_from(photos, images, images.c.raw_sha256 == photos.c.raw_sha256)
        .outerjoin(photo_categories, photo_categories.c.photo_id == photos.c.id)
        .outerjoin(_KEPT, _KEPT.c.id == photos.c.duplicate_of)
        .where(photos.c.property_hash.in_(part))
    )
    shown: dict[str, list[Photo]] = {property_hash: [] for property_hash in part}
    for row in connection.execute(query):
        shown[row[0]].append(_photo(row))
    _note_other_homes(connection, shown)
    _note_maybes(connection, shown)
    for found in shown.values():
        found.sort(key=lambda photo: (source_priority(photo.source), photo.source, photo.position, photo.key))
    return shown


def _note_other_homes(connection: Connection, shown: dict[str, list[Photo]]) -> None:
    apart = decisions_across_homes.apart(connection)
    elsewhere = near_duplicate_pairs.also_at(connection, list(shown), apart)
    if not elsewhere:
        return
    for property_hash, found in shown.items():
        for place, photo in enumerate(found):
            homes_too = elsewhere.get((property_hash, photo.image.raw_sha256)) if photo.image else None
            if homes_too and photo.state == "stored":
                found[place] = replace(photo, also_at=homes_too)


def _note_maybes(connection: Connection, shown: dict[str, list[Photo]]) -> None:
    pairs = maybe_duplicates.of_homes(connection, list(shown))
    for property_hash in {home for home, _, _ in pairs}:
        shown[property_hash] = [
            replace(photo, maybe=pairs.get((property_hash, photo.source, photo.key), ()))
            for photo in shown[property_hash]
        ]


def listings_of_homes(connection: Connection, part: Sequence[str]) -> dict[str, dict[str, Listing]]:
    """All listings of a few homes: property_hash -> source -> listing without its photos, sources by name."""
    listed: dict[str, dict[str, Listing]] = {property_hash: {} for property_hash in part}
    query = select(listings).where(listings.c.property_hash.in_(part)).order_by(listings.c.source)
    for row in connection.execute(query):
        listed[row.property_hash][row.source] = listing_of(row)
    return listed


def _photo(row: Row[Any]) -> Photo:
    # By position: a large catalogue is read in full for each manifest, and attributes of rows are slow.
    values: list[Any] = list(row)
    _, kept_source, kept_key = values[:3]
    own, rest = values[3 : 3 + len(_SHOWN)], values[3 + len(_SHOWN) :]
    category, image = rest[: len(_CATEGORY)], rest[len(_CATEGORY) :]
    return Photo(
        **dict(zip(_SHOWN, own, strict=True)),
        image=None if image[0] is None else Image(*image),
        duplicate_of=None if kept_key is None else (kept_source, kept_key),
        category=None if category[0] is None else Category(*category),
    )

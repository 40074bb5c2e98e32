"""Homes and their photos in the order in which people and programs are shown them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, case, select, update

from phx_scraper.model.home import HomeRow
from phx_scraper.model.image import Image
from phx_scraper.model.listing import ListingRow
from phx_scraper.model.visit import VisitRow
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import maybe_duplicates, near_duplicate_pairs, schema
from phx_scraper.storage.catalogue.photo_counts import visits_of_homes
from phx_scraper.storage.catalogue.rows import home_row, listing_row
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images, listings = schema.homes, schema.photos, schema.images, schema.listings

HOMES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class GalleryPhoto:
    """A photo with its image (None if it has none); `state` is its state, or `removed` if its listing dropped it.

    `duplicate_of` is the (source, key) of the kept photo; `also_at` names other homes that show a picture like it;
    `maybe` the kept photos of this home that it may be a copy of: source, key and what was measured.
    Times are seconds since 1970.
    """

    source: str
    key: str
    position: int
    kind: str
    caption: str
    url: str
    state: str
    reason: str
    duplicate_kind: str
    distance: int | None
    removed_at: float | None
    downloaded_at: float | None
    processed_at: float | None
    checked_at: float | None
    etag: str
    last_modified: str
    first_run_id: str
    run_id: str
    image: Image | None
    duplicate_of: tuple[str, str] | None
    also_at: tuple[str, ...] = ()
    maybe: tuple[tuple[str, str, maybe_duplicates.Measures], ...] = ()


_MADE_FIELDS = {"image", "duplicate_of", "also_at", "maybe"}
_PLAIN_FIELDS = tuple(name for name in GalleryPhoto.__slots__ if name not in _MADE_FIELDS)
_KEPT = photos.alias("kept")
_SAID_ANEW = {
    "state": case((photos.c.removed_at.is_not(None), "removed"), else_=photos.c.state),
    "url": case((photos.c.fetched_url == "", photos.c.url), else_=photos.c.fetched_url),
}
_COLUMNS = (
    photos.c.property_hash,
    _KEPT.c.source,
    _KEPT.c.key,
    *(_SAID_ANEW.get(name, photos.c[name]) for name in _PLAIN_FIELDS),
    *(images.c[name] for name in Image.__slots__),
)


@dataclass(frozen=True, slots=True)
class HomeGallery:
    """A home, its visits and listings by source, and its photos: sources by priority, then gallery order."""

    home: HomeRow
    visits: dict[str, VisitRow]
    listings: dict[str, ListingRow]
    photos: tuple[GalleryPhoto, ...]

    @property
    def kept(self) -> tuple[GalleryPhoto, ...]:
        """The pictures a person is shown."""
        return tuple(photo for photo in self.photos if photo.state == "stored")


def galleries(connection: Connection, property_hashes: Sequence[str] | None = None) -> Iterator[HomeGallery]:
    """These homes (default: all, by address), read a few at a time so that memory stays flat."""
    wanted = _all_homes(connection) if property_hashes is None else property_hashes
    for part in chunks(dict.fromkeys(wanted), HOMES_AT_ONCE):
        rows = connection.execute(select(homes).where(homes.c.property_hash.in_(part)))
        found = {row.property_hash: home_row(row) for row in rows}
        visited, listed = visits_of_homes(connection, part), _listings_of(connection, part)
        shown = _photos_of(connection, part)
        for key in part:
            if key in found:
                yield HomeGallery(found[key], visited[key], listed[key], tuple(shown[key]))


def stale_homes(connection: Connection) -> list[str]:
    """Homes whose folder does not show what the catalogue says, by address."""
    query = select(homes.c.property_hash).where(homes.c.revision != homes.c.viewed)
    return list(connection.execute(query.order_by(homes.c.address)).scalars())


def mark_viewed(connection: Connection, property_hash: str) -> None:
    """Note that the home's folder shows what the catalogue says; the caller's write lock makes that so."""
    match = homes.c.property_hash == property_hash
    connection.execute(update(homes).where(match).values(viewed=homes.c.revision))


def _all_homes(connection: Connection) -> list[str]:
    return list(connection.execute(select(homes.c.property_hash).order_by(homes.c.address)).scalars())


def _photos_of(connection: Connection, part: Sequence[str]) -> dict[str, list[GalleryPhoto]]:
    query = (
        select(*_COLUMNS)
        .outerjoin_from(photos, images, images.c.raw_sha256 == photos.c.raw_sha256)
        .outerjoin(_KEPT, _KEPT.c.id == photos.c.duplicate_of)
        .where(photos.c.property_hash.in_(part))
    )
    shown: dict[str, list[GalleryPhoto]] = {property_hash: [] for property_hash in part}
    for row in connection.execute(query):
        shown[row[0]].append(_gallery_photo(row))
    _note_other_homes(connection, shown)
    _note_maybes(connection, shown)
    for found in shown.values():
        found.sort(key=lambda photo: (source_priority(photo.source), photo.source, photo.position, photo.key))
    return shown


def _note_other_homes(connection: Connection, shown: dict[str, list[GalleryPhoto]]) -> None:
    elsewhere = near_duplicate_pairs.also_at(connection, list(shown))
    if not elsewhere:
        return
    for property_hash, found in shown.items():
        for place, photo in enumerate(found):
            homes_too = elsewhere.get((property_hash, photo.image.raw_sha256)) if photo.image else None
            if homes_too and photo.state == "stored":
                found[place] = replace(photo, also_at=homes_too)


def _note_maybes(connection: Connection, shown: dict[str, list[GalleryPhoto]]) -> None:
    pairs = maybe_duplicates.of_homes(connection, list(shown))
    for property_hash in {home for home, _, _ in pairs}:
        shown[property_hash] = [
            replace(photo, maybe=pairs.get((property_hash, photo.source, photo.key), ()))
            for photo in shown[property_hash]
        ]


def _listings_of(connection: Connection, part: Sequence[str]) -> dict[str, dict[str, ListingRow]]:
    listed: dict[str, dict[str, ListingRow]] = {property_hash: {} for property_hash in part}
    query = select(listings).where(and_(listings.c.property_hash.in_(part))).order_by(listings.c.source)
    for row in connection.execute(query):
        listed[row.property_hash][row.source] = listing_row(row)
    return listed


def _gallery_photo(row: Row[Any]) -> GalleryPhoto:
    # By position: a large catalogue is read in full for each manifest, and attributes of rows are slow.
    values: list[Any] = list(row)
    _, kept_source, kept_key = values[:3]
    own, image = values[3 : 3 + len(_PLAIN_FIELDS)], values[3 + len(_PLAIN_FIELDS) :]
    shown = None if image[0] is None else Image(*image)
    copy_of = None if kept_key is None else (kept_source, kept_key)
    return GalleryPhoto(*[*own, shown, copy_of])

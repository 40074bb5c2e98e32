"""`categorised/{location}/{subject}/…`: every kept picture by what it shows, under names that tell it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from sqlalchemy import Connection

from phx_scraper.model.category import UNKNOWN
from phx_scraper.model.photo import Photo
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue import categorised_homes
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.photos import is_picture
from phx_scraper.storage.files import categorised_names, paths
from phx_scraper.storage.files.categorised_names import CategorisedName
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.folder_files import StoreFile, folder_files

logger = logging.getLogger("phx_scraper")

_NO_DAY = "00000000"


def write_categorised(catalogue: Catalogue, files: FileStore) -> None:
    """Bring the pictures of homes that changed up to date, and take away those of homes that are gone.

    New names come first, then old ones go. What a person put or changed there stays. Raises StorageError.
    """
    with catalogue.reading() as tx:
        stale, gone = categorised_homes.stale_categorised(tx), categorised_homes.gone_homes(tx)
        new = [label for label in stale if not categorised_homes.is_categorised(tx, label)]
    left = _left_behind(files, new)
    for property_hash in gone:
        with catalogue.transaction() as tx:
            _take_away(files, categorised_homes.files_of(tx, property_hash))
            categorised_homes.note_files(tx, property_hash, {})
    for property_hash in stale:
        with catalogue.transaction() as tx:
            for gallery in galleries(tx, [property_hash]):
                _write(tx, files, gallery, left.get(property_hash, ()))


def wrong_files(tx: Connection, files: FileStore, gallery: HomeGallery) -> list[str]:
    """Paths that are not as they were left, of a home whose pictures are all in their places; writes nothing."""
    known, placed = categorised_homes.files_of(tx, gallery.home.property_hash), _placed(tx, files, gallery)
    wrong = {path for path, shown in placed.items() if not shown.is_at(files, path)}
    return sorted(wrong | (known.keys() - placed))


def _write(tx: Connection, files: FileStore, gallery: HomeGallery, left: Iterable[str]) -> None:
    label = gallery.home.property_hash
    placed = _placed(tx, files, gallery)
    known = {path: files.digest(path) for path in left if _is_picture(tx, files, path)}
    known |= categorised_homes.files_of(tx, label)
    _put(files, {path: shown for path, shown in placed.items() if not shown.is_at(files, path)}, known)
    _take_away(files, {path: known[path] for path in known.keys() - placed})
    categorised_homes.note_files(tx, label, {path: shown.sha256 for path, shown in placed.items()})
    categorised_homes.mark_categorised(tx, label)


def _put(files: FileStore, lacking: Mapping[str, StoreFile], known: Mapping[str, str]) -> None:
    """Link pictures to their places; on disk before a row says so."""
    for path, shown in lacking.items():
        if files.exists(path) and files.digest(path) != known.get(path):
            _set_aside(files, path)
        files.link(shown.path, path)
    for folder in sorted({str(PurePosixPath(path).parent) for path in lacking}):
        files.sync_folder(folder)


def _placed(tx: Connection, files: FileStore, gallery: HomeGallery) -> dict[str, StoreFile]:
    """Path -> the kept picture that belongs there, in gallery order."""
    began = categorised_homes.began(tx, sorted({photo.first_run_id for photo in gallery.kept}))
    shown = folder_files(files, gallery)
    placed: dict[str, StoreFile] = {}
    numbers: Counter[CategorisedName] = Counter()
    for path, photo in shown.photos.items():
        category, picture = photo.category or UNKNOWN, shown.pictures[path]
        letter, day = _letter_and_day(gallery, photo, began)
        name = CategorisedName(
            gallery.home.property_hash, category.location, category.subject, category.confidence, letter, day
        )
        numbers[name] += 1
        extension = PurePosixPath(picture.path).suffix.removeprefix(".")
        placed[replace(name, number=numbers[name], extension=extension).path] = picture
    return placed


def _letter_and_day(gallery: HomeGallery, photo: Photo, began: Mapping[str, float]) -> tuple[str, str]:
    """The source's letter, and the day of the listing, else that on which the photo was first seen."""
    letter = SOURCES[photo.source].letter if photo.source in SOURCES else "x"
    listing = gallery.listings.get(photo.source)
    day = (listing.listing_date or "").replace("-", "") if listing else ""
    if len(day) == len(_NO_DAY) and day.isdecimal() and day.isascii():
        return letter, day
    first = began.get(photo.first_run_id, photo.downloaded_at)
    return letter, _NO_DAY if first is None else datetime.fromtimestamp(first, UTC).strftime("%Y%m%d")


def _left_behind(files: FileStore, new: Iterable[str]) -> dict[str, list[str]]:
    """Files with our names of homes that were never put there, as after a catalogue was lost, by home."""
    labels = set(new)
    left: dict[str, list[str]] = {}
    for path in _files(files) if labels else ():
        name = categorised_names.parse(PurePosixPath(path).name)
        if name is not None and name.property_hash in labels:
            left.setdefault(name.property_hash, []).append(path)
    return left


def _files(files: FileStore) -> Iterator[str]:
    for folder in categorised_names.folders():
        yield from (f"{folder}/{name}" for name in files.names(folder))


def _is_picture(tx: Connection, files: FileStore, path: str) -> bool:
    """Whether a file's bytes are those of a picture that was made here."""
    if not files.exists(path):
        return False
    picture = paths.processed(files.digest(path), PurePosixPath(path).suffix.removeprefix("."))
    return files.exists(picture) or is_picture(tx, picture)


def _take_away(files: FileStore, known: Mapping[str, str]) -> None:
    """Remove files that are as they were left (path -> content hash); a person's changes stay."""
    for path, content_hash in known.items():
        if files.exists(path) and files.digest(path) == content_hash:
            files.remove(path)
            for folder in list(PurePosixPath(path).parents)[:3]:
                files.remove_folder(str(folder))


def _set_aside(files: FileStore, path: str) -> None:
    """Rename a person's file that stands where a picture of ours belongs, and say so."""
    place = PurePosixPath(path)
    number, target = 1, str(place.with_name(f"{place.stem}.yours{place.suffix}"))
    while not files.is_free(target):
        number += 1
        target = str(place.with_name(f"{place.stem}.yours-{number}{place.suffix}"))
    files.move(path, target)
    logger.warning("%s was not as this program left it: it is kept as %s", path, target)

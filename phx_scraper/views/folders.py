"""`homes/{address-slug}/img_001.png …`: what a person opens, in gallery order, with a list of what each picture is."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import PurePosixPath
from typing import Any

from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries, mark_viewed
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.file_stats import digest_of
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.documents import VERSION, timestamp, whole
from phx_scraper.views.photo_entry import photo_entry
from phx_scraper.views.user_files import UserFiles

Placed = dict[str, Photo]
"""Path of a picture in the home's folder -> the photo it shows, in gallery order."""


def write_home(catalogue: Catalogue, files: FileStore, property_hash: str, now: float | None = None) -> None:
    """Make a home's folder show what the catalogue says. Raises StorageError.

    New pictures come first, then the list, then old ones go; while a picture changes under its name there is no list,
    so whoever finds one can trust it. A home that was never visited gets no folder. What a person put or changed there
    stays; where it has the name of a picture it is renamed.
    """
    with catalogue.transaction() as tx:
        gallery = next(galleries(tx, [property_hash]), None)
        if gallery is not None:
            _write(catalogue, files, gallery, now)
            mark_viewed(tx, property_hash)


def _write(catalogue: Catalogue, files: FileStore, gallery: HomeGallery, now: float | None) -> None:
    placed, missing = _placed(files, gallery)
    manifest, persons = paths.home_manifest(gallery.home.slug), UserFiles(catalogue, files, gallery.home.slug)
    wrong = [path for path, photo in placed.items() if not is_copy(files, path, photo)]
    persons.make_way(wrong, placed)
    if any(files.exists(path) for path in wrong):
        files.remove(manifest)
    for path in wrong:
        files.link(picture_of(placed[path]), path)
    if placed or _was_visited(gallery):
        files.replace(manifest, whole(_manifest(gallery, placed, missing, now)))
    else:
        files.remove(manifest)
    for path in persons.stale(placed):
        files.remove(path)
    files.remove_folder(paths.home_folder(gallery.home.slug))


def clear_folder(catalogue: Catalogue, files: FileStore, slug: str) -> None:
    """Take the pictures out of the folder of a home that is gone; a person's files and changes stay there."""
    persons = UserFiles(catalogue, files, slug)
    persons.make_way((), ())
    for path in persons.stale(()):
        files.remove(path)


def disagreements(catalogue: Catalogue, files: FileStore, gallery: HomeGallery) -> list[str]:
    """Paths in a home's folder that are not as `write_home` would leave them; empty if all are. Writes nothing."""
    placed, missing = _placed(files, gallery)
    wrong = [path for path, photo in placed.items() if not is_copy(files, path, photo)]
    wrong += UserFiles(catalogue, files, gallery.home.slug).stale(placed)
    manifest = paths.home_manifest(gallery.home.slug)
    if files.exists(manifest) != bool(placed or _was_visited(gallery)):
        return [*wrong, manifest]
    if files.exists(manifest) and not _says(files, manifest, _manifest(gallery, placed, missing, None)):
        wrong.append(manifest)
    return wrong


def is_copy(files: FileStore, path: str, photo: Photo) -> bool:
    """Where links are impossible, or a store was copied without them, a copy stands for the picture."""
    if files.is_same(picture_of(photo), path):
        return True
    place, image = files.path(path), photo.image
    assert image is not None
    try:
        return place.stat().st_size == image.file_size_bytes and digest_of(place) == image.content_hash
    except OSError:
        return False


def _says(files: FileStore, path: str, expected: dict[str, Any]) -> bool:
    try:
        found = json.loads(files.read(path))
    except ValueError:
        return False
    same_form = json.loads(b"".join(whole(expected)))
    return isinstance(found, dict) and found | {"last_updated": ""} == same_form | {"last_updated": ""}


def _placed(files: FileStore, gallery: HomeGallery) -> tuple[Placed, list[Photo]]:
    """Names for the kept pictures, numbered without gaps, and kept photos whose file is gone from the store."""
    placed: Placed = {}
    missing = []
    for photo in gallery.kept:
        if files.exists(picture_of(photo)):
            extension = PurePosixPath(picture_of(photo)).suffix.lstrip(".")
            placed[paths.home_picture(gallery.home.slug, len(placed) + 1, extension)] = photo
        else:
            missing.append(photo)
    return placed, missing


def picture_of(photo: Photo) -> str:
    """The path of a stored photo's picture."""
    assert photo.image is not None  # a stored photo has an image: the catalogue writes both in one transaction
    return photo.image.path


def _was_visited(gallery: HomeGallery) -> bool:
    return any(visit.finished_at is not None for visit in gallery.visits.values())


def _manifest(gallery: HomeGallery, placed: Placed, missing: list[Photo], now: float | None) -> dict[str, Any]:
    others = [photo for photo in gallery.photos if photo.state not in {"stored", "pending"}]
    return {
        "version": VERSION,
        "last_updated": timestamp(time.time() if now is None else now),
        "property_address": gallery.home.address,
        "property_hash": gallery.home.property_hash,
        "sources": {source: _source(gallery, source) for source in sorted(gallery.visits)},
        "images": [{"file": PurePosixPath(path).name, **photo_entry(gallery, photo)} for path, photo in placed.items()],
        "not_shown": [photo_entry(gallery, photo) for photo in others],
        "missing_files": [photo_entry(gallery, photo) for photo in missing],
    }


def _source(gallery: HomeGallery, source: str) -> dict[str, Any]:
    """Why a source shows what it shows, also where that is nothing."""
    visit, listing = gallery.visits[source], gallery.listings.get(source)
    states = Counter(photo.state for photo in gallery.photos if photo.source == source)
    return {
        "outcome": visit.outcome,
        "reason": visit.reason or None,
        "listing_url": listing.url if listing else None,
        "listing_status": listing.status if listing else None,
        "listing_date": listing.listing_date if listing else None,
        "claimed_photo_count": visit.claimed_photo_count,
        "photos": {state: states[state] for state in sorted(states)},
        "refused": dict(listing.refused) if listing else {},
        **({"partial": True} if listing and listing.partial else {}),
    }

"""`homes/{address-slug}/img_001.png …`: what a person opens, in gallery order, with a list of what each picture is."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import Any

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries, mark_viewed
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.correction_entry import correction_entry
from phx_scraper.views.decision_entry import across_entry, decision_entry
from phx_scraper.views.documents import VERSION, timestamp, whole
from phx_scraper.views.folder_files import FolderFiles, folder_files
from phx_scraper.views.photo_entry import photo_entry
from phx_scraper.views.user_files import UserFiles


def write_home(catalogue: Catalogue, files: FileStore, property_hash: str, now: float | None = None) -> None:
    """Make a home's folder show what the catalogue says. Raises StorageError.

    New pictures come first, then the list, then old ones go; while a picture changes under its name there is no list,
    so whoever finds one can trust it. A home that was never visited gets no folder. What a person put or changed there
    stays; where it has the name of a picture it is renamed.
    """
    with catalogue.transaction() as tx:
        gallery = next(galleries(tx, [property_hash]), None)
        if gallery is not None:
            if files.has_views:
                _write(catalogue, files, gallery, now)
            mark_viewed(tx, property_hash)


def _write(catalogue: Catalogue, files: FileStore, gallery: HomeGallery, now: float | None) -> None:
    slug, shown = gallery.home.slug, folder_files(files, gallery)
    manifest, persons = paths.home_manifest(slug), _persons(catalogue, files, slug)
    wrong, every = shown.wrong(files), shown.all()
    for part in persons:
        part.make_way(wrong, every)
    if any(files.exists(path) for path in wrong):
        files.remove(manifest)
    for path in wrong:
        files.link(every[path].path, path)
    if shown.photos or _was_visited(gallery):
        files.replace(manifest, whole(_manifest(gallery, shown, now)))
    else:
        files.remove(manifest)
    _remove_stale(files, slug, persons, every)


def _persons(catalogue: Catalogue, files: FileStore, slug: str) -> tuple[UserFiles, UserFiles]:
    return UserFiles(catalogue, files, slug), UserFiles(catalogue, files, slug, originals=True)


def _remove_stale(files: FileStore, slug: str, persons: Sequence[UserFiles], shown: Collection[str]) -> None:
    for path in [path for part in persons for path in part.stale(shown)]:
        files.remove(path)
    for folder in (paths.home_originals(slug), paths.home_folder(slug)):
        files.remove_folder(folder)


def lacks_list(files: FileStore, slug: str) -> bool:
    """Whether a home's folder has no list, where the store has folders."""
    return files.has_views and not files.exists(paths.home_manifest(slug))


def clear_folder(catalogue: Catalogue, files: FileStore, slug: str) -> None:
    """Take the pictures out of the folder of a home that is gone; a person's files and changes stay there."""
    if not files.has_views:
        return
    persons = _persons(catalogue, files, slug)
    for part in persons:
        part.make_way((), ())
    _remove_stale(files, slug, persons, ())


def disagreements(catalogue: Catalogue, files: FileStore, gallery: HomeGallery) -> list[str]:
    """Paths in a home's folder that are not as `write_home` would leave them; empty if all are. Writes nothing."""
    slug, shown = gallery.home.slug, folder_files(files, gallery)
    wrong = shown.wrong(files)
    wrong += [path for part in _persons(catalogue, files, slug) for path in part.stale(shown.all())]
    manifest = paths.home_manifest(slug)
    if files.exists(manifest) != bool(shown.photos or _was_visited(gallery)):
        return [*wrong, manifest]
    if files.exists(manifest) and not _says(files, manifest, _manifest(gallery, shown, None)):
        wrong.append(manifest)
    return wrong


def _says(files: FileStore, path: str, expected: dict[str, Any]) -> bool:
    try:
        found = json.loads(files.read(path))
    except ValueError:
        return False
    same_form = json.loads(b"".join(whole(expected)))
    return isinstance(found, dict) and found | {"last_updated": ""} == same_form | {"last_updated": ""}


def _was_visited(gallery: HomeGallery) -> bool:
    return any(visit.finished_at is not None for visit in gallery.visits.values())


def _manifest(gallery: HomeGallery, shown: FolderFiles, now: float | None) -> dict[str, Any]:
    others = [photo for photo in gallery.photos if photo.state not in {"stored", "pending"}]
    home = gallery.home
    return {
        "version": VERSION,
        "last_updated": timestamp(time.time() if now is None else now),
        "property_address": home.address,
        "property_hash": home.property_hash,
        "sources": {source: _source(gallery, source) for source in sorted(gallery.visits)},
        "images": [_shown(gallery, shown, path) for path in shown.photos],
        "not_shown": [photo_entry(gallery, photo) for photo in others],
        "missing_files": [photo_entry(gallery, photo) for photo in shown.missing],
        **_persons_words(gallery),
    }


def _shown(gallery: HomeGallery, shown: FolderFiles, path: str) -> dict[str, Any]:
    original = shown.original_of.get(path)
    name = {"original_file": f"{paths.ORIGINALS}/{PurePosixPath(original).name}"} if original else {}
    return {"file": PurePosixPath(path).name, **name, **photo_entry(gallery, shown.photos[path])}


def _persons_words(gallery: HomeGallery) -> dict[str, Any]:
    """A person's work, which nothing can collect again: `reconcile --rebuild` reads it; there only if there is any."""
    decided = [decision_entry(decision) for decision in gallery.decisions]
    corrected = [correction_entry(correction) for correction in gallery.corrections]
    across = [across_entry(decision) for decision in gallery.across]
    words = {"decisions": decided, "corrections": corrected, "decisions_across_homes": across}
    return {name: said for name, said in words.items() if said}


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

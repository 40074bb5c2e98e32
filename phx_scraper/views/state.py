"""The smaller JSON files under `metadata/`: hashes, visits, folders and URLs, for programs that look things up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from phx_scraper.storage import paths
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.files import FileStore
from phx_scraper.storage.gallery import HomeGallery
from phx_scraper.storage.records import VisitRow
from phx_scraper.views.documents import document, timestamp
from phx_scraper.views.entries import image_id

Entries = Iterator[tuple[str, Any]]


def write_state(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Write `hash_index`, `extraction_state`, `address_folder_lookup` and `url_tracker`. Raises StorageError."""
    _write(catalogue, files, "hash_index", "images", _hashes, now)
    _write(catalogue, files, "extraction_state", "properties", _visits, now)
    _write(catalogue, files, "address_folder_lookup", "mappings", _folders, now)
    _write(catalogue, files, "url_tracker", "urls", _urls, now)


def _write(
    catalogue: Catalogue,
    files: FileStore,
    name: str,
    section: str,
    entries: Callable[[Iterable[HomeGallery]], Entries],
    now: float | None,
) -> None:
    with catalogue.galleries() as galleries:
        files.replace(paths.metadata(name), document(section, entries(galleries), now))


def _hashes(galleries: Iterable[HomeGallery]) -> Entries:
    """Image id -> hashes of a kept picture."""
    for gallery in galleries:
        for photo in gallery.kept:
            image = photo.image
            if image is not None:
                yield (
                    image_id(gallery.home.property_hash, photo.source, photo.key),
                    {
                        "phash": image.phash,
                        "dhash": image.dhash,
                        "hash_version": image.hash_version,
                        "content_hash": image.content_hash,
                        "property_hash": gallery.home.property_hash,
                        "source": photo.source,
                        "local_path": image.path,
                    },
                )


def _visits(galleries: Iterable[HomeGallery]) -> Entries:
    """Address -> how the home stands at each source."""
    for gallery in galleries:
        sources = {source: _visit(visit) for source, visit in gallery.visits.items()}
        yield gallery.home.address, {"property_hash": gallery.home.property_hash, "sources": sources}


def _visit(visit: VisitRow) -> dict[str, Any]:
    return {
        "outcome": visit.outcome,
        "reason": visit.reason or None,
        "claimed_photo_count": visit.claimed_photo_count,
        "finished_at": timestamp(visit.finished_at),
        "not_before": timestamp(visit.not_before),
        "run_id": visit.run_id,
    }


def _folders(galleries: Iterable[HomeGallery]) -> Entries:
    """Address -> folder that a person opens; only homes that have pictures."""
    for gallery in galleries:
        if gallery.kept:
            yield (
                gallery.home.address,
                {
                    "folder": paths.home_folder(gallery.home.slug),
                    "property_hash": gallery.home.property_hash,
                    "pictures": len(gallery.kept),
                },
            )


def _urls(galleries: Iterable[HomeGallery]) -> Entries:
    """Image id -> the URL that the photo comes from and what its server last said of it."""
    for gallery in galleries:
        for photo in gallery.photos:
            yield (
                image_id(gallery.home.property_hash, photo.source, photo.key),
                {
                    "url": photo.url,
                    "source": photo.source,
                    "status": photo.state,
                    "etag": photo.etag or None,
                    "last_modified": photo.last_modified or None,
                    "checked_at": timestamp(photo.checked_at),
                    "raw_sha256": photo.image.raw_sha256 if photo.image else None,
                },
            )

"""What a folder holds, counted and listed as programs ask for it; read from its catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from phx_scraper.orchestrator.image_metadata import ImageMetadata
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.views.photo_entry import photo_entry


def images_of(gallery: HomeGallery) -> list[ImageMetadata]:
    """A home's photos in gallery order, those that are still to be fetched left out."""
    return [ImageMetadata.of(photo_entry(gallery, photo)) for photo in gallery.photos if photo.state != "pending"]


def statistics(homes: Iterable[HomeGallery]) -> dict[str, Any]:
    """Counts: properties, kept images (in all and by source), duplicates, failures, bytes of kept images."""
    counts: dict[str, Any] = {
        "total_properties": 0,
        "total_images": 0,
        "images_by_source": dict.fromkeys(SOURCES, 0),
        "duplicate_images": 0,
        "failed_downloads": 0,
        "total_bytes": 0,
    }
    for gallery in homes:
        _count(gallery, counts)
    return counts


def _count(gallery: HomeGallery, counts: dict[str, Any]) -> None:
    counts["total_properties"] += 1
    for photo in gallery.photos:
        if photo.state == "stored":
            counts["total_images"] += 1
            counts["images_by_source"][photo.source] = counts["images_by_source"].get(photo.source, 0) + 1
            counts["total_bytes"] += photo.image.file_size_bytes if photo.image else 0
        elif photo.state in {"duplicate", "failed"}:
            counts["duplicate_images" if photo.state == "duplicate" else "failed_downloads"] += 1

"""One photo as the JSON files show it, with the field names that readers of these files rely on."""

from __future__ import annotations

from typing import Any

from phx_scraper.model.photo import Photo
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.views.documents import timestamp

_IMAGE_FIELDS = (
    "phash",
    "dhash",
    "width",
    "height",
    "file_size_bytes",
    "content_hash",
    "raw_sha256",
    "original_width",
    "original_height",
    "original_format",
)
_CATEGORY_FIELDS = ("location", "subject", "confidence", "signal")


def image_id(property_hash: str, source: str, key: str) -> str:
    """`{property_hash}_{source letter}_{photo key}`: the same in every run, unique in the catalogue."""
    letter = SOURCES[source].letter if source in SOURCES else source
    return f"{property_hash}_{letter}_{key}"


def photo_entry(gallery: HomeGallery, photo: Photo) -> dict[str, Any]:
    """A stored, duplicate, failed or removed photo; `local_path` is None where it has no picture of its own."""
    home = gallery.home
    copy_of = photo.duplicate_of if photo.state == "duplicate" else None
    return {
        "image_id": image_id(home.property_hash, photo.source, photo.key),
        "property_address": home.address,
        "property_hash": home.property_hash,
        "source": photo.source,
        "source_url": photo.url,
        **_files(photo),
        "status": photo.state,
        "downloaded_at": timestamp(photo.downloaded_at),
        "processed_at": timestamp(photo.processed_at),
        "is_duplicate": photo.state == "duplicate",
        "duplicate_of": image_id(home.property_hash, *copy_of) if copy_of else None,
        "created_by_run_id": photo.first_run_id,
        "error_message": photo.reason or None,
        "position": photo.position,
        "also_at": list(photo.also_at),
        **_maybe(home.property_hash, photo),
        "kind": photo.kind,
        "caption": photo.caption,
        **_listing(gallery, photo),
        **_where_there_are_any(smaller_copy=photo.smaller_copy, tags=list(photo.tags), extras=home.extras),
        **{name: getattr(photo.category, name, None) for name in _CATEGORY_FIELDS},
    }


def _where_there_are_any(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _maybe(property_hash: str, photo: Photo) -> dict[str, Any]:
    """Pictures that may be copies of this one and are kept; the field is there only where there are any."""
    others = [
        {"image_id": image_id(property_hash, source, key), "measures": dict(measures)}
        for source, key, measures in photo.maybe
    ]
    return _where_there_are_any(maybe_duplicates=others)


def _files(photo: Photo) -> dict[str, Any]:
    image = photo.image
    has_picture = image is not None and photo.state in {"stored", "removed", "hidden"}
    return {
        "local_path": image.path if image is not None and has_picture else None,
        "original_path": image.raw_path if image is not None else None,
        **{name: getattr(image, name, None) for name in _IMAGE_FIELDS},
    }


def _listing(gallery: HomeGallery, photo: Photo) -> dict[str, Any]:
    listing = gallery.listings.get(photo.source)
    if listing is None:
        return {"listing_url": None, "listing_date": None, "mls_number": None, "evidence": []}
    return {
        "listing_url": listing.url,
        "listing_date": listing.listing_date,
        "mls_number": listing.ids.get("mls"),
        "evidence": [piece._asdict() for piece in listing.evidence],
    }

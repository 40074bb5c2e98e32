"""The photos of a home as its page shows them: those that are kept, and what became of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from phx_scraper.model.category import UNKNOWN
from phx_scraper.model.photo import Photo
from phx_scraper.model.photo_reason_texts import PHOTOS
from phx_scraper.model.reason_texts import explanation_of
from phx_scraper.report.compared_pairs import command, compared, doubted
from phx_scraper.report.pictures import small_picture
from phx_scraper.report.report_files import ReportFiles
from phx_scraper.report.review_categories import correction
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.catalogue.photo_statuses import EarlierPicture, PhotoKey

# What every browser draws; an original of another format is offered all the same.
_DRAWN = {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}


def kept_photos(
    files: ReportFiles, gallery: HomeGallery, earlier: Mapping[PhotoKey, Sequence[EarlierPicture]]
) -> list[dict[str, Any]]:
    """The kept photos in the order of the listings."""
    copies = _copies(gallery)
    return [
        {
            **_picture(files, photo),
            "number": place,
            "copies": [compared(files, gallery, photo, copy) for copy in copies.get((photo.source, photo.key), ())],
            "doubts": _doubts(files, gallery, photo),
            "hide": command(gallery, "hide", photo),
            "correct": correction(gallery.home.address, photo.source, photo.key, _said(photo)),
            "earlier": [_earlier(files, picture) for picture in earlier.get((photo.source, photo.key), ())],
        }
        for place, photo in enumerate(gallery.kept, 1)
    ]


def other_photos(files: ReportFiles, gallery: HomeGallery, state: str) -> list[dict[str, Any]]:
    """The photos in a state other than `stored`."""
    chosen = [photo for photo in gallery.photos if photo.state == state]
    return [{**_picture(files, photo), "show": command(gallery, "show", photo)} for photo in chosen]


def is_whole(photos: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every picture is there, and its thumbnail."""
    return all(photo["full"] and photo["small"] != photo["full"] for photo in photos)


def chips(photos: Sequence[Mapping[str, Any]], field: str) -> list[tuple[str, int]]:
    """Values of a field with their counts, in order of appearance; none where there is nothing to choose."""
    counts = Counter(photo[field] for photo in photos)
    return list(counts.items()) if len(counts) > 1 else []


def _picture(files: ReportFiles, photo: Photo) -> dict[str, Any]:
    image = photo.image
    small = small_picture(files, image.path, image.content_hash) if image else ""
    original = files.picture(image.raw_path) if image and image.raw_path else ""
    told = explanation_of(photo.reason, PHOTOS) if photo.reason else None
    return {
        "source": photo.source,
        "key": photo.key,
        "position": photo.position,
        "caption": photo.caption,
        "url": photo.url,
        "small": small,
        "full": files.picture(image.path) if image else "",
        "original": original,
        "is_drawn": PurePosixPath(original).suffix.lower() in _DRAWN,
        "image": image,
        "size": f"{image.original_width} × {image.original_height}" if image else "",
        "subject": _subject(photo),
        "kind": photo.kind,
        "smaller_copy": photo.smaller_copy,
        "also_at": photo.also_at,
        "reason": photo.reason,
        "meaning": told.meaning if told else "",
    }


def _subject(photo: Photo) -> str:
    """What it shows, empty where nobody knows; of what is no photograph its kind."""
    if photo.kind != "photo":
        return photo.kind
    return photo.category.subject if photo.category is not None and photo.category.subject != UNKNOWN.subject else ""


def _said(photo: Photo) -> str:
    """The word with which a correction would say what is said already."""
    return _subject(photo) or UNKNOWN.subject


def _copies(gallery: HomeGallery) -> dict[PhotoKey, list[Photo]]:
    """What lies behind each kept picture."""
    copies: dict[PhotoKey, list[Photo]] = {}
    for photo in gallery.photos:
        if photo.state == "duplicate" and photo.duplicate_of:
            copies.setdefault(photo.duplicate_of, []).append(photo)
    return copies


def _doubts(files: ReportFiles, gallery: HomeGallery, photo: Photo) -> list[dict[str, Any]]:
    """Other kept pictures of the home that may be copies of this one."""
    kept = {(other.source, other.key): other for other in gallery.kept}
    return [
        doubted(files, gallery, photo, kept[source, key], measures)
        for source, key, measures in photo.maybe
        if (source, key) in kept
    ]


def _earlier(files: ReportFiles, picture: EarlierPicture) -> dict[str, Any]:
    return {"path": files.picture(picture.path) if picture.path else "", "replaced_at": picture.replaced_at}

"""The photo CDN's directories, and the entries of `mediaBrowserInfo.photos`."""

from __future__ import annotations

import re
from typing import Any

from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.photo_responses import RequestedFile
from phx_scraper.replica.pictures import Size, height_at
from phx_scraper.replica.redfin.presented import RedfinPhoto
from phx_scraper.replica.redfin.urls import PHOTO_SITE
from phx_scraper.replica.seeded_random import SeededRandom

# Directory -> (prefix of the file's name, width in pixels; 0 is the file's own).
FAMILIES: dict[str, tuple[str, int]] = {
    "bigphoto": ("", 0),
    "mbpaddedwide": ("genMid.", 700),
    "mbphoto": ("genMid.", 640),
    "mbphotov3": ("genMid.", 640),
    "midphoto": ("genMid.", 360),
    "bcsphoto": ("genBcs.", 480),
    "tmbphoto": ("genTmb.", 120),
    "islphoto": ("genIsl.", 300),
}
OWN_SITE = "/system_files/media/"
# The directories of Redfin's own pictures, by those of an MLS's files; all but the original are `_OWN_SMALL` wide.
OWN_FAMILIES = {
    family: "genLdpUgcMediaBrowserUrl/" if width > 600 else "genLdpUgcMediaBrowserUrlComp/"
    for family, (_, width) in FAMILIES.items()
} | {"bigphoto": ""}
_OWN_SMALL = 640
_UPLOADED_WIDTH = 3000


def photo_url(photo: RedfinPhoto, family: str = "bigphoto") -> str:
    """The URL of one file of a photo."""
    if photo.bundle:
        return f"{PHOTO_SITE}{OWN_SITE}{photo.bundle}/{OWN_FAMILIES[family]}{file_name(photo)}"
    return f"{PHOTO_SITE}/photo/{photo.source_id}/{family}/{last_digits(photo.mls)}/{file_name(photo, family)}"


def file_name(photo: RedfinPhoto, family: str = "bigphoto") -> str:
    """The last part of the URL."""
    return f"{FAMILIES[family][0]}{photo.stem}.{'webp' if photo.file.image_format == 'WEBP' else 'jpg'}"


def last_digits(mls: str) -> str:
    """The last three digits of an MLS number, which is a directory."""
    return re.sub(r"\D", "", mls)[-3:].zfill(3)


def requested_file(path: str, file: PhotoFile, family: str) -> RequestedFile:
    """What to draw for a file of this directory."""
    width = FAMILIES[family][1]
    size = Size(width) if width else file.size
    name = f"{path} {file.description}"
    return RequestedFile(name, file.picture, size, file.image_format, quality=file.quality, best=not width)


def requested_own_file(path: str, file: PhotoFile, directory: str) -> RequestedFile:
    """What to draw for a picture that Redfin took itself."""
    size = Size(_OWN_SMALL) if directory else file.size
    name = f"{path} {file.description}"
    return RequestedFile(name, file.picture, size, file.image_format, quality=file.quality, best=not directory)


def photo_id(photo: RedfinPhoto) -> int:
    """The number by which captions are joined to photos."""
    return SeededRandom("redfin photo", photo.key).between(1_200_000_000, 3_999_999_999)


def entry(photo: RedfinPhoto, display_level: int = 1) -> dict[str, Any]:
    """One photo as `mediaBrowserInfo` lists it."""
    return {
        "photoUrls": {
            "nonFullScreenPhotoUrlCompressed": photo_url(photo, "mbphotov3"),
            "nonFullScreenPhotoUrl": photo_url(photo, "mbpaddedwide"),
            "fullScreenPhotoUrl": photo_url(photo),
            "lightboxListUrl": photo_url(photo, "bcsphoto"),
        },
        "thumbnailData": {"thumbnailUrl": photo_url(photo, "tmbphoto")},
        "displayLevel": display_level,
        "dataSourceId": photo.source_id,
        "photoType": "SPRITED",
        "subdirectory": last_digits(photo.mls),
        "fileName": file_name(photo),
        "height": height_at(photo.file.picture.seed, _UPLOADED_WIDTH),
        "width": _UPLOADED_WIDTH,
        "photoId": photo_id(photo),
    }


def hidden_entry(photo: RedfinPhoto) -> dict[str, Any]:
    """One photo of an older listing as visitors without an account see it: no URLs."""
    visible = entry(photo, display_level=7)
    return {name: visible[name] for name in ("displayLevel", "dataSourceId", "height", "width", "photoId")}

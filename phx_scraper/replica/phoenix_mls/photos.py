"""The photo hosts' sizes: resized files, and the boxes that the resize host fits an original into."""

from __future__ import annotations

from phx_scraper.replica.phoenix_mls.presented import SparkPhoto
from phx_scraper.replica.phoenix_mls.urls import PHOTO_HOST, RESIZE_HOST
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.photo_responses import RequestedFile
from phx_scraper.replica.pictures import Size, height_at

WIDTHS = {"t": 65, "": 300, "m": 300, "l": 640}
"""Suffix of the id -> width in pixels; `o` is the original."""
BOXES = ("640x480", "800x600", "1024x768", "1280x1024", "1600x1200", "2048x1536")


def photo_url(photo: SparkPhoto, size: str = "o") -> str:
    """The URL of a resized file; `size` "" is the one without a suffix."""
    return f"https://{PHOTO_HOST}/az/{photo.spark_id}{f'-{size}' if size else ''}.jpg"


def resized_url(photo: SparkPhoto, box: str) -> str:
    """The URL of the original fitted into a box."""
    return f"https://{RESIZE_HOST}/az/{box}/true/{photo.spark_id}-o.jpg"


def requested_original(path: str, file: PhotoFile) -> RequestedFile:
    """What to draw for the original."""
    name = f"{path} {file.description}"
    return RequestedFile(name, file.picture, file.size, file.image_format, quality=file.quality, best=True)


def requested_small(path: str, file: PhotoFile, size: str) -> RequestedFile:
    """What to draw for a resized file."""
    return RequestedFile(f"{path} {file.description}", file.picture, Size(WIDTHS[size]), file.image_format)


def requested_resized(path: str, file: PhotoFile, box: str) -> RequestedFile:
    """What to draw for a box: the whole picture, as large as fits, never larger than the original."""
    wide, tall = (int(side) for side in box.split("x"))
    width = file.size.width
    height = file.size.height or height_at(file.picture.seed, width)
    scale = min(1.0, wide / width, tall / height)
    fitted = Size(round(width * scale), round(height * scale))
    return RequestedFile(f"{path} {file.description}", file.picture, fitted, file.image_format)

"""The checked container of a picture file, and the limits that are shared by all container formats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import BadPhoto

# More than any camera or site writes; a file with more is an attack on the reader's time.
MAX_FRAMES = 2_000
MAX_SCANS = 200
MAX_PARTS = 300_000
# Larger than the largest printing profile in use (about 4 MB), and than any usual caption.
MAX_PROFILE_BYTES = 8 * 2**20
MAX_TEXT_BYTES = 2**20

_OTHER_FILE = re.compile(rb"PK\x03\x04|%PDF-|<\?php|<script\b|<html\b", re.IGNORECASE)


@dataclass(frozen=True)
class Container:
    """A complete picture file: `picture` holds only the bytes that a decoder needs.

    `exif` is a TIFF structure (with or without its `Exif` prefix), `profile` an ICC profile; each is empty when the
    file has none or when Pillow's reader returns them itself. `gamma` is that of the samples (PNG, 11.3.2.2), 0 where
    the file has none or a better description. `has_end` False: the end marker was missing and has been added.
    """

    picture: bytes
    exif: bytes = b""
    profile: bytes = b""
    gamma: float = 0.0
    has_end: bool = True


def refuse_appended_file(data: bytes, end: int) -> None:
    """Raise BadPhoto(`not_image`) when a second file of another kind (zip, PDF, HTML, PHP) follows the picture."""
    if _OTHER_FILE.search(data, end):
        raise BadPhoto("not_image", "another file follows the picture")


def refuse_more_than(count: int, limit: int, what: str) -> None:
    """Raise BadPhoto(`decode_error`) when a file has more parts than the limit."""
    if count > limit:
        raise BadPhoto("decode_error", f"more than {limit} {what}")


def require_pixels(size: tuple[int, int], max_pixels: int) -> None:
    """Raise BadPhoto(`too_many_pixels`) for a picture of more than `max_pixels`."""
    width, height = size
    if width * height > max_pixels:
        raise BadPhoto("too_many_pixels", f"{width}x{height}")


def require_minimum(size: tuple[int, int], min_width: int, min_height: int) -> None:
    """Raise BadPhoto(`too_small`) for an upright picture below the minimum in either direction."""
    width, height = size
    if width < min_width or height < min_height:
        raise BadPhoto("too_small", f"{width}x{height}")

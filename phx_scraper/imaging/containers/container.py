"""What the walk through a picture's container brings to light, before any decoder sees the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import BadPhoto

# More than any camera or site writes; a file with more is made to keep a reader busy.
MAX_FRAMES = 2_000
MAX_SCANS = 200
MAX_PARTS = 300_000
# Larger than the largest printing profile in use (about 4 MB), and than any honest caption.
MAX_PROFILE_BYTES = 8 * 2**20
MAX_TEXT_BYTES = 2**20

_OTHER_FILE = re.compile(rb"PK\x03\x04|%PDF-|<\?php|<script\b|<html\b", re.IGNORECASE)


@dataclass(frozen=True)
class Container:
    """A complete picture file: `picture` holds only the bytes a decoder needs, the rest is told apart here.

    `exif` is a TIFF structure (with or without its `Exif` prefix), `profile` an ICC profile; each is empty when the
    file has none or when Pillow's reader hands them over by itself. `gamma` is that of the samples (PNG, 11.3.2.2), 0
    where the file names none or something better. `has_end` False: the end marker was missing and has been added.
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


def refuse_beyond(count: int, limit: int, what: str) -> None:
    """Raise BadPhoto(`decode_error`) when a file has more parts than a reader should have to go through."""
    if count > limit:
        raise BadPhoto("decode_error", f"more than {limit} {what}")

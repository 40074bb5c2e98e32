"""Detects the file format by the first bytes only: file names and Content-Types are often wrong."""

from __future__ import annotations

import re

from phx_scraper.errors import BadPhoto

# Signatures of the file formats' own specifications; WebP and AVIF need a second look and follow below.
_READABLE = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_NAMED_ONLY = (
    (b"\0\0\1\0", "ICO"),
    (b"8BPS", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|meta|iframe)\b", re.IGNORECASE)


def detect_format(data: bytes) -> str:
    """The format's name: JPEG, PNG, WEBP, GIF, BMP, TIFF or AVIF.

    Raises BadPhoto: `empty`, `html`, `unsupported_format` (a picture that we cannot read, named), `not_image`.
    """
    if not data:
        raise BadPhoto("empty")
    for magic, name in _READABLE:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    raise _refusal(data)


def _iso_media(data: bytes) -> str:
    """AVIF by its brands (ISO/IEC 14496-12, `ftyp` box); HEIC is recognised, but there is no reader for it."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, size, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIC_BRANDS:
        raise BadPhoto("unsupported_format", "HEIC")
    raise BadPhoto("not_image", "a media file without a picture brand")


def _refusal(data: bytes) -> BadPhoto:
    for magic, name in _NAMED_ONLY:
        if data.startswith(magic):
            return BadPhoto("unsupported_format", name)
    if _HTML.search(data[:2048]):
        return BadPhoto("html")
    return BadPhoto("not_image")

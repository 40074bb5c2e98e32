"""Bytes of a spreadsheet's CSV to text: UTF-8, UTF-16 with or without byte-order mark, or Windows-1252."""

from __future__ import annotations

import codecs

from phx_scraper.errors import UsageError

_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65536
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1a\x1b")


def decode(data: bytes, name: str) -> str:
    """The text of the file called `name`; raises UsageError for an empty file and for one that is no text."""
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    encoding, body = _encoding(data)
    if kind or (encoding is None and data.strip(b"\0") and _looks_binary(data)):
        raise UsageError(f"{name} is {kind or 'a binary file'}, not a CSV file; save the list as CSV (UTF-8)")
    # With "replace" one bad byte makes its row unreadable, not the whole file.
    text = body.decode(encoding or _eight_bit(data), errors="replace").lstrip("\ufeff")
    if not text.strip(" \t\r\n\0"):
        raise UsageError(f"{name} is empty; it needs a header line and one row per home")
    return text


def _encoding(data: bytes) -> tuple[str | None, bytes]:
    """The encoding by byte-order mark or by the pattern of zero bytes, and the bytes after the mark."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, data[len(bom) :]
    return _utf16_by_zeros(data[:_SAMPLE]), data


def _utf16_by_zeros(sample: bytes) -> str | None:
    """UTF-16 of Western text has a zero in every second byte, on one side only."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : pairs * 2 : 2].count(0) / pairs, sample[1 : pairs * 2 : 2].count(0) / pairs
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None


def _looks_binary(data: bytes) -> bool:
    """Many control characters; few are enough where the bytes are not UTF-8 either (a CSV may contain zero bytes)."""
    sample = data[:_SAMPLE]
    controls = sum(1 for byte in sample if byte < 32 and byte not in _TEXT_CONTROLS) / len(sample)
    return controls > 0.3 or (controls > 0.02 and _eight_bit(data) != "utf-8")


def _eight_bit(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"

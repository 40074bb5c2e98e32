"""What kind of file it is, by its first bytes and never by its name."""

from __future__ import annotations

import re

from phx_scraper.pages.html_and_json import decode

HEAD = 65_536
"""Bytes that the kind of a file is told from."""

_BINARY = (
    (b"\xff\xd8\xff", "It is a JPEG picture."),
    (b"\x89PNG\r\n", "It is a PNG picture."),
    (b"GIF8", "It is a GIF picture."),
    (b"RIFF", "It is a WebP picture, a sound or a video."),
    (b"%PDF", "It is a PDF document: no photo can be told from it, save the page itself."),
    (b"MZ", "It is a program for Windows."),
    (b"\x7fELF", "It is a program."),
    (b"PK\x03\x04", "It is a ZIP archive or an office document: unpack it first."),
    (b"7z\xbc\xaf", "It is a 7-Zip archive: unpack it first."),
    (b"bplist00", 'It is a Safari web archive, which is not read: save the page as "Page Source".'),
    (b"SQLite format 3", "It is a database."),
    (b"wOF", "It is a font."),
)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")
_MHTML = re.compile(r"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?Content-Type:\s*multipart/related", re.I)
_HAR = re.compile(r'\{\s*"log"\s*:\s*\{')
_JSON = re.compile(r"\{\}&&|[\[{]|(?:/\*\*/\s*)?[A-Za-z_$][\w$.]{0,99}\(\s*\{")


def is_text(head: bytes) -> bool:
    """Whether it may be text: at most one byte in fifty is a control character, unless it is UTF-16."""
    if head.startswith(_WIDE_MARKS):
        return True
    control = len(head) - len(head.translate(None, bytes(range(9)) + bytes(range(14, 32))))
    return control * 50 <= len(head)


def is_picture(head: bytes) -> bool:
    """Whether it is a picture that may be of a listing."""
    return head.startswith(_PICTURES) or head[4:12] in (b"ftypavif", b"ftypavis")


def kind_of(head: bytes) -> str:
    """`html`, `mhtml`, `har` or `json`; empty for everything else."""
    if binary_kind(head) or not is_text(head):
        return ""
    start = decode(head).lstrip("\ufeff\x00 \t\r\n")
    if start.startswith("<"):
        return "html"
    if _HAR.match(start):
        return "har"
    if _JSON.match(start):
        return "json"
    return "mhtml" if _MHTML.match(start.replace("\r\n", "\n")) else ""


def binary_kind(head: bytes) -> str:
    """One sentence about a file of a well-known kind; empty for every other file."""
    if head[4:8] == b"ftyp":
        return "It is a video, or an AVIF or HEIC picture."
    return next((sentence for start, sentence in _BINARY if head.startswith(start)), "")


def no_page(head: bytes) -> str:
    """Why a file without a kind is no page, as one sentence."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        return "It is empty."
    return binary_kind(head) or ("It is text, and no page." if is_text(head) else "It is no page: it is not text.")

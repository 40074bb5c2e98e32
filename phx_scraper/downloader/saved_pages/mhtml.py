"""MHTML files: the root page and the other parts, each by its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable
from phx_scraper.pages.html_and_json import MAX_BODY

MAX_PART = 2 * MAX_BODY
"""Bytes of one part as it stands in the file."""
_MAX_PARTS = 20_000
_MAX_HEADERS = 32_768


class Part(NamedTuple):
    """A part at `start` up to `end`, headers included; `url` is its Content-Location. `is_cut`: the file ends in it."""

    start: int
    end: int
    url: str
    media_type: str
    is_cut: bool


class Archive(NamedTuple):
    """An MHTML file: the page's URL, when it was saved, and its parts."""

    url: str
    moment: datetime | None
    parts: tuple[Part, ...]

    @property
    def root(self) -> Part | None:
        """The page itself: the HTML part of the archive's URL, else the first one."""
        pages = [part for part in self.parts if part.media_type in ("text/html", "application/xhtml+xml")]
        return next((part for part in pages if part.url == self.url), pages[0] if pages else None)


def read_archive(file: SavedFile) -> Archive:
    """The parts of an MHTML file. Raises Unusable where it has no readable boundary."""
    about = _headers(file, 0)
    boundary = about.get_boundary()
    if not boundary:
        raise Unusable("It is an MHTML file without a boundary.")
    parts = tuple(_parts(file, b"--" + boundary.encode("utf-8", "replace")))
    return Archive(_line(about, "Snapshot-Content-Location"), _moment(_line(about, "Date")), parts)


def part_body(file: SavedFile, part: Part) -> bytes:
    """A part's decoded content. Raises Unusable."""
    if part.is_cut:
        raise Unusable("It is an MHTML file that is cut off.")
    if part.end - part.start > MAX_PART:
        raise Unusable("It is an MHTML file with a part that is too large.")
    try:
        body = message_from_bytes(file.read(part.start, part.end - part.start)).get_payload(decode=True)
    except (ValueError, LookupError, RecursionError):
        body = None
    if not isinstance(body, bytes):
        raise Unusable("It is an MHTML file with a part that cannot be decoded.")
    return body


def _parts(file: SavedFile, delimiter: bytes) -> Iterator[Part]:
    places = list(_delimiters(file, delimiter))
    closed = bool(places) and file.read(places[-1] + len(delimiter), 2) == b"--"
    ends = [*places[1:], file.size][: len(places)]
    for number, (place, end) in enumerate(zip(places, ends, strict=True)):
        if closed and number == len(places) - 1:
            return
        start = _after_line(file, place + len(delimiter))
        about = _headers(file, start)
        url = _line(about, "Content-Location")
        yield Part(start, end, url, about.get_content_type(), not closed and number == len(places) - 1)


def _delimiters(file: SavedFile, delimiter: bytes) -> Iterator[int]:
    """Where each line begins that starts with the delimiter."""
    kept, found = b"\n", 0
    for place, piece in file.pieces():
        window = kept + piece
        base = place - len(kept)
        at = window.find(b"\n" + delimiter)
        while at >= 0 and found < _MAX_PARTS:
            found += 1
            yield base + at + 1
            at = window.find(b"\n" + delimiter, at + 1)
        kept = window[-len(delimiter) :]


def _after_line(file: SavedFile, place: int) -> int:
    line = file.read(place, 256).partition(b"\n")
    return place + len(line[0]) + len(line[1])


def _headers(file: SavedFile, start: int) -> Message:
    return BytesHeaderParser().parsebytes(file.read(start, _MAX_HEADERS))


def _line(about: Message, name: str) -> str:
    return " ".join(str(about.get(name, "")).split())[:4000]


def _moment(sent: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(sent)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

"""HAR files: the answers that a browser's network panel recorded, without cookies and tokens."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from phx_scraper.downloader.saved_pages.har_entries import entry_ranges
from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable
from phx_scraper.downloader.saved_pages.url_secrets import without_secrets
from phx_scraper.pages.html_and_json import MAX_BODY
from phx_scraper.pages.json_values import count, mapping, text, value_at

MAX_ENTRY = 2 * MAX_BODY
"""Bytes of one request with its answer as text: a page of the largest size, escaped or in base64."""
_NOT_MODIFIED = 304


class HarEntry(NamedTuple):
    """One answer of a HAR file at `start` up to `end`; of everything that was sent only the URL is kept.

    `encoded` is the body as the file has it, None where it was not saved.
    """

    start: int
    end: int
    url: str
    status: int
    media_type: str
    moment: datetime | None
    encoded: str | None
    is_base64: bool

    def body(self) -> bytes:
        """The decoded body; raises Unusable."""
        if self.encoded is None:
            raise Unusable("Its body is not in the HAR file: export the HAR with content.")
        if not self.is_base64:
            # The file has text; the page's `meta` may still name the encoding that it came in.
            mark = codecs.BOM_UTF8 if "html" in self.media_type else b""
            return mark + self.encoded.encode("utf-8", "replace")
        try:
            return base64.b64decode(self.encoded, validate=False)
        except (binascii.Error, ValueError):
            raise Unusable("Its body in the HAR file is damaged.") from None


def har_entries(file: SavedFile) -> Iterator[HarEntry]:
    """The answers of a HAR file in turn; those that are too large or no answers are left out.

    Raises Unusable, after the whole ones, where the file is cut.
    """
    for start, end in entry_ranges(file):
        if end - start <= MAX_ENTRY:
            entry = har_entry(file, start, end)
            if entry is not None:
                yield entry


def har_entry(file: SavedFile, start: int, end: int) -> HarEntry | None:
    """The answer at a place of the file, None where there is none that can be read."""
    try:
        entry = json.loads(file.read(start, end - start))
    except (ValueError, RecursionError):
        return None
    url = text(value_at(entry, "request", "url"), 4000)
    status = count(value_at(entry, "response", "status")) or 0
    if not url or not status:
        return None
    media_type, moment, encoded, is_base64 = _content(entry)
    # "Not modified" comes with the body that the browser had.
    status = 200 if status == _NOT_MODIFIED and encoded is not None else status
    return HarEntry(start, end, without_secrets(url), status, media_type, moment, encoded, is_base64)


def _content(entry: Any) -> tuple[str, datetime | None, str | None, bool]:
    content: Mapping[str, Any] = mapping(value_at(entry, "response", "content"))
    body = content.get("text")
    return (
        text(content.get("mimeType")).partition(";")[0].strip().lower(),
        _moment(value_at(entry, "startedDateTime")),
        body if isinstance(body, str) and body else None,
        content.get("encoding") == "base64",
    )


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(value, 40))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

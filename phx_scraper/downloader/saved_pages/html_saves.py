"""Web pages that a browser or SingleFile saved as one HTML file: where they say to be from, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from lxml import html

from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable
from phx_scraper.downloader.saved_pages.url_secrets import without_secrets
from phx_scraper.pages.html_and_json import MAX_BODY, decode
from phx_scraper.pages.json_values import text

_HEAD = 65_536
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,4000})\s*-->")
_SINGLEFILE = re.compile(r"<!--\s*Page saved with SingleFile\b(.{0,8000}?)-->", re.DOTALL)
_FIELD = re.compile(r"^\s*(url|saved date):\s*(\S.*?)\s*$", re.MULTILINE)
# A date as JavaScript prints it: Sat Feb 14 2026 10:22:33 GMT+0100 (…)
_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d\d:\d\d:\d\d) (?:GMT|UTC)(?:([+-])(\d\d):?(\d\d))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EMBEDDED = re.compile(rb"data:[\w.+/-]{0,60}(?:;[\w=.-]{1,40})*;base64,")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=%\s]")


def html_body(file: SavedFile) -> bytes:
    """The page as UTF-8 or as its own `meta` says; embedded data is dropped from a page that is too large with it.

    Raises Unusable.
    """
    body = file.read(0, file.size) if file.size <= MAX_BODY else b"".join(_without_embedded(file))
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = b"\xef\xbb\xbf" + decode(body).encode("utf-8", "replace")
    return body


def _without_embedded(file: SavedFile) -> Iterator[bytes]:
    """The pieces of a page without the content of its `data:` URLs; raises Unusable above 32 MB."""
    size, kept, inside = 0, b"", False
    for _, piece in file.pieces():
        window, pieces = kept + piece, []
        kept = b""
        while window:
            if inside:
                end = _NOT_BASE64.search(window)
                window, inside = (window[end.start() :], False) if end else (b"", True)
                continue
            found = _EMBEDDED.search(window)
            if found is None:
                # A `data:` that is cut by the end of the piece.
                kept, window = window[-200:], window[:-200]
                pieces.append(window)
                break
            pieces.append(window[: found.end()])
            window, inside = window[found.end() :], True
        size += sum(map(len, pieces))
        if size > MAX_BODY:
            raise Unusable(f"It is a web page of {file.size // 2**20} MB; {MAX_BODY // 2**20} MB are read.")
        yield from pieces
    yield kept


def saved_html_as(body: bytes) -> tuple[str, datetime | None, str]:
    """(URL, moment, `singlefile`, `complete` or `html`) by the comment that the browser or SingleFile put at the top.

    A page saved without such a comment has neither URL nor moment.
    """
    head = decode(body[:_HEAD])
    single = _SINGLEFILE.search(head)
    if single:
        fields = dict(_FIELD.findall(single[1]))
        return without_secrets(fields.get("url", "")), javascript_date(fields.get("saved date", "")), "singlefile"
    complete = _SAVED_FROM.search(head)
    return (without_secrets(complete[1]), None, "complete") if complete else ("", None, "html")


def javascript_date(value: str) -> datetime | None:
    """The moment of a date as JavaScript prints it, None for any other text."""
    match = _DATE.match(value)
    if match is None:
        return None
    month, day, year, clock = match[1].split(" ")
    hour, minute, second = map(int, clock.split(":"))
    offset = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0)) * (-1 if match[2] == "-" else 1)
    try:
        number = _MONTHS.index(month) + 1
        return datetime(int(year), number, int(day), hour, minute, second, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def named_url(tree: html.HtmlElement) -> str:
    """The page's own URL by its canonical link or `og:url`, empty where it has neither."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    named = (one.get("content") for one in tree.iter("meta") if one.get("property") == "og:url")
    found = (without_secrets(text(value, 4000)) for value in (*links, *named))
    return next(filter(None, found), "")

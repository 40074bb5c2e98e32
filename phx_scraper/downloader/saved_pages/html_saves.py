"""Web pages that a browser or SingleFile saved as one HTML file: where they say to be from, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from html import unescape

from lxml import html

from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable
from phx_scraper.downloader.saved_pages.url_secrets import without_secrets
from phx_scraper.pages.html_and_json import MAX_BODY, decode
from phx_scraper.pages.json_values import text

_HEAD = 65_536
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,4000})\s*-->")
_SINGLEFILE = re.compile(r"<!--\s*Page saved with SingleFile\b(.{0,8000}?)-->", re.DOTALL)
_FIELD = re.compile(r"^[ \t]*+(url|saved date):[ \t]*+(\S.*)$", re.MULTILINE)
# A date as JavaScript prints it: Sat Feb 14 2026 10:22:33 GMT+0100 (…)
_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d\d:\d\d:\d\d) (?:GMT|UTC)(?:([+-])(\d\d):?(\d\d))?")
# Chrome and Firefox show an answer that is no page in a `pre`.
_SHOWN_DATA = re.compile(
    r"\s*+(?:<!DOCTYPE html>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    r"<html[^>]*+>\s*+(?:<head>(?:(?!</head>).)*+</head>\s*+)?+"
    r"<body[^>]*+>\s*+<pre[^>]*+>(?=\s*+(?:\{\}&amp;&amp;|[\[{]))",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EMBEDDED = re.compile(rb"data:[\w.+/-]{0,60}(?:;[\w=.-]{1,40})*;base64,")
_LONGEST_START = 200
_EMBEDDED_ROOM = 24 * 2**20
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
    """The pieces of a page with the first 24 MB of its embedded data; raises Unusable above 32 MB."""
    size, room, held = 0, _EMBEDDED_ROOM, bytearray()
    for is_data, piece in _text_and_data(file):
        if is_data and piece and len(held) <= room:
            held += piece
        if is_data and piece:
            continue
        # Data that is cut would be a damaged picture; it is kept whole, or not at all.
        found = bytes(held) if len(held) <= room else b""
        room -= len(found)
        held.clear()
        size += len(found) + len(piece)
        if size > MAX_BODY:
            raise Unusable(f"It is a web page of {file.size // 2**20} MB; {MAX_BODY // 2**20} MB are read.")
        yield found + piece


def _text_and_data(file: SavedFile) -> Iterator[tuple[bool, bytes]]:
    """(whether it is the content of a `data:` URL, piece); each content is followed by an empty piece of it."""
    kept, inside = b"", False
    for _, piece in file.pieces():
        window, kept = kept + piece, b""
        while window:
            found = (_NOT_BASE64 if inside else _EMBEDDED).search(window)
            if found is None:
                # A `data:` may be cut by the end of the piece.
                kept = b"" if inside else window[-_LONGEST_START:]
                yield inside, window[: len(window) - len(kept)]
                break
            place = found.start() if inside else found.end()
            yield inside, window[:place]
            if inside:
                yield True, b""
            window, inside = window[place:], not inside
    yield False, kept


def saved_html_as(body: bytes) -> tuple[str, datetime | None, str]:
    """(URL, moment, `singlefile`, `complete` or `html`) by the comment that the browser or SingleFile put at the top.

    A page saved without such a comment has neither URL nor moment.
    """
    head = decode(body[:_HEAD])
    single = _SINGLEFILE.search(head)
    if single:
        fields = {name: value.strip() for name, value in _FIELD.findall(single[1])}
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


def shown_data(body: bytes) -> bytes | None:
    """The JSON that a browser saved as the page that it shows it in; None for every other page."""
    match = _SHOWN_DATA.match(decode(body[:_HEAD]))
    if match is None:
        return None
    shown = decode(body)[match.end() :].rpartition("</pre>")[0]
    return unescape(shown).encode("utf-8", "replace")


def named_url(tree: html.HtmlElement) -> str:
    """The page's own URL by its canonical link or `og:url`, empty where it has neither."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    named = (one.get("content") for one in tree.iter("meta") if one.get("property") == "og:url")
    found = (without_secrets(text(value, 4000)) for value in (*links, *named))
    return next(filter(None, found), "")

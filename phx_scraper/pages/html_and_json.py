"""Bytes of a page to text, element tree and embedded JSON, with limits against hostile input."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from lxml import etree, html

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.json_values import text as one_line

MAX_BODY = 32 * 2**20
"""Bytes of a page that are read; the largest real page seen has 1.4 MB."""

_USUAL_PAGE = 4 * 2**20

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Bytes that UTF-16, UTF-7, HZ and Python's escape codecs decode to another text than ASCII.
_PROBE = rb"<meta \u0041 +AGE- ~{>"
# Browsers read these labels as the Windows code page.
_WINDOWS = frozenset({"latin-1", "latin1", "iso-8859-1", "iso8859-1", "us-ascii", "ascii"})


def decode(body: bytes) -> str:
    """The text of a page: by byte-order mark, else `meta charset`, else UTF-8; unreadable bytes become U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    match = _CHARSET.search(body[:4096])
    return body.decode(_codec(match[1].decode("ascii")) if match else "utf-8", "replace")


def _codec(label: str) -> str:
    """The Python name of a text encoding that is a superset of ASCII; UTF-8 where the label is no such thing.

    A page with a readable ASCII `meta` is not UTF-16, whatever it states (WHATWG, "prescan").
    """
    label = label.lower()
    if label in _WINDOWS:
        return "cp1252"
    try:
        usable = _PROBE.decode(label) == _PROBE.decode("ascii")
    except (LookupError, ValueError, TypeError, AssertionError):
        usable = False
    return label if usable else "utf-8"


def document(text: str) -> html.HtmlElement:
    """The element tree of a page; depth and text size are bounded by libxml2's own limits.

    Only a page that is as large as one-file saves are gets the wider ones (depth 2,048): under the usual ones the rest
    of a page is lost without a word where embedded pictures fill libxml2's buffer of 10 MB.
    Raises NotUnderstood(`html`) for text without any element.
    """
    data = text.replace("\x00", "").encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=len(data) > _USUAL_PAGE, no_network=True)
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise NotUnderstood("html", str(error)[:200]) from None


def script_by_id(tree: html.HtmlElement, name: str) -> str | None:
    """The content of the first `<script id=name>`, or None."""
    for script in tree.iter("script"):
        if script.get("id") == name:
            return script.text or ""
    return None


def missing_scripts_hint(tree: html.HtmlElement) -> str:
    """Advice for a page with pictures that was saved without its scripts; empty for every other page.

    MHTML and SingleFile remove scripts, and with them all but the few pictures on screen.
    """
    scripted = any(script.get("type") != "application/ld+json" for script in tree.iter("script"))
    if scripted or next(tree.iter("img"), None) is None:
        return ""
    return 'the page was saved without its scripts: save it as "Webpage, HTML Only", or as HAR from the network panel'


def title(tree: html.HtmlElement) -> str:
    """The page title on one line, empty where there is none."""
    found = tree.find(".//title")
    return " ".join((found.text_content() if found is not None else "").split())[:500]


def meta(tree: html.HtmlElement, name: str) -> str:
    """The content of the first `<meta property=name>` (Open Graph), empty where there is none."""
    found = (element.get("content") for element in tree.iter("meta") if element.get("property") == name)
    return one_line(next(found, ""), 500)


def json_text(body: bytes) -> str:
    """The text of an API answer; raises NotUnderstood(`body_size`) above 32 MB."""
    if len(body) > MAX_BODY:
        raise NotUnderstood("body_size", f"{len(body)} bytes, {MAX_BODY} are read")
    return decode(body)


def load_json(text: str, field: str) -> Any:
    """The value of a whole JSON text; raises NotUnderstood(`field`) when it is cut, malformed or nested too deep."""
    return _guarded(json.loads, text, field)


def json_at(text: str, start: int, field: str) -> Any:
    """The one JSON value that starts at `text[start]`, whatever follows it; raises as `load_json` does."""
    value, _ = _guarded(lambda whole: _DECODER.raw_decode(whole, start), text, field)
    return value


_DECODER = json.JSONDecoder()


def _guarded(read: Any, text: str, field: str) -> Any:
    try:
        return read(text)
    except RecursionError:
        raise NotUnderstood(field, "nested too deep") from None
    except ValueError as error:
        raise NotUnderstood(field, f"no JSON: {error}"[:200]) from None

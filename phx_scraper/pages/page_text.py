"""The first step of every page object: refuses an answer that is not a page of its source, and decodes the page."""

from __future__ import annotations

from urllib.parse import urlsplit

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.pages.html_and_json import MAX_BODY, decode
from phx_scraper.pages.refusals import find_refusal
from phx_scraper.sources import SOURCES

_NO_CONTENT = 204
_GONE = frozenset({404, 410})


def page_text(source: str, url: str, body: bytes, status: int = 200, must_exist: bool = False) -> str:
    """The decoded text of an answer that is a page of `source`.

    `must_exist` is for searches and API endpoints, which exist for every home: there a 404 or 410 means that the site
    moved its endpoint or blocks us, and does not tell whether the home exists.
    Raises Refused; NotFound for 204, and for 404 and 410 of a listing page; NotUnderstood(`body_size`, `status` or
    `host`).
    """
    if len(body) > MAX_BODY:
        raise NotUnderstood("body_size", f"{len(body)} bytes, {MAX_BODY} are read")
    refusal = find_refusal(source, url, status, {}, body)
    if refusal is not None:
        raise refusal
    if status == _NO_CONTENT or (status in _GONE and not must_exist):
        raise NotFound("status", str(status))
    if status != 200:
        raise NotUnderstood("status", str(status))
    _check_host(source, url)
    return decode(body)


def _check_host(source: str, url: str) -> None:
    found = host(url)
    if found not in SOURCES[source].page_hosts:
        raise NotUnderstood("host", f"{found or 'none'} is no page host of {source}")


def host(url: str) -> str:
    """The lower-case host of a URL, empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""

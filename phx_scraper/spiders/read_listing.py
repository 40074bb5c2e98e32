"""Reads listing pages: a listing is found by the page's text, whatever its HTTP status."""

from __future__ import annotations

from datetime import date

from scrapy.http import Response

from phx_scraper import pages
from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing

_GONE = frozenset({204, 404, 410})


def read_saved_listing(source: str, response: Response) -> Listing:
    """The listing on a page that a person saved, which may be partial. Raises PageError as `pages.read_saved` does."""
    return pages.read_saved(source, response.url, response.body, response.status, _day(response))


def read_listing(source: str, response: Response) -> Listing:
    """The listing on a page. Raises PageError as `pages.read` does, but NotFound only for the site's own text.

    A bare 404 may be caused by a proxy, a moved path or an outage: it proves nothing about the home.
    """
    status = response.status
    listing = pages.read(source, response.url, response.body, 200 if status in _GONE else status, _day(response))
    if status in _GONE:
        raise NotUnderstood("status", f"{status} with a listing on it")
    return listing


def _day(response: Response) -> date | None:
    return pages.page_day((response.headers.get("Date") or b"").decode("latin-1"))

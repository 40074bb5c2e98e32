"""What a spider's path consists of: page requests with their parsers, and ways, of which one is enough.

A path is a generator: it yields a `PageRequest` and receives the answer, so that the code reads in the order of the
requests.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from scrapy.http import Response

from phx_scraper.downloader.meta_keys import FETCH, REFERER, SAVED, WAY, PageWay
from phx_scraper.downloader.saved_pages import SavedPage
from phx_scraper.errors import PageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRequest(Generic[T]):
    """One request and the parser of its answer, which raises PageError for an unusable answer.

    `expects` is a `meta_keys.FETCH`; a `body` makes it a POST; `referer` is the page that a browser would be on, where
    that is another than the visit's `CurrentPage`; `way` is chosen by `PageAsker`; `saved` is the page that a person
    saved, which is read in place of the site.
    """

    url: str
    parse: Callable[[Response], T]
    expects: str = "fetch"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    referer: str = ""
    way: PageWay = "plain"
    saved: SavedPage | None = None

    @property
    def meta(self) -> dict[str, Any]:
        """How it is to be asked for, by `meta_keys`."""
        optional = {REFERER: self.referer, SAVED: self.saved}
        return {FETCH: self.expects, WAY: self.way, **{key: value for key, value in optional.items() if value}}


PageRequests = Generator[PageRequest[Any], Response, T]
"""Yields page requests, receives their answers and returns a T."""


@dataclass(frozen=True, slots=True)
class Way(Generic[T]):
    """One of several ways to the same result; `run` returns it, or None where the site clearly knows of none.

    `conclusive` False: its "none" proves nothing, because it searches only a part. `endpoint` is the part of the site
    that is likely refused as a whole, such as an API: after a refusal ways of other endpoints come first. `stale` ways
    lead to an earlier listing of the home and are not used after the site has named a newer one.
    """

    name: str
    run: Callable[[], PageRequests[T | None]]
    conclusive: bool = True
    endpoint: str = ""
    stale: bool = False


class NoWayLeft(PageError):
    """Every way of a required step failed; raised by `VisitSteps`, whose `outcome` tells what that means."""

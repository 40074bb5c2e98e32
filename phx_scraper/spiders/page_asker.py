"""Asks for pages: plainly, and by a browser those that need one; nothing here does I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from phx_scraper.downloader.meta_keys import PageWay
from phx_scraper.errors import NotFound, NotUnderstood, PageError, WrongHome
from phx_scraper.pages.script_state import NEEDS_BROWSER
from phx_scraper.sources import SOURCES
from phx_scraper.spiders.current_page import CurrentPage
from phx_scraper.spiders.page_requests import PageRequest, PageRequests

T = TypeVar("T")


def page_ways(source: str, mode: str) -> tuple[PageWay, ...]:
    """The ways for `PHX_BROWSER` being `never`, `auto` or `always`; the second only for a page that needs it."""
    if mode == "never":
        return ("plain",)
    if mode == "always" or SOURCES[source].needs_browser:
        return ("browser",)
    return ("plain", "browser")


class PageAsker:
    """What one visit asked for: by which way last, of which host, who `answered`.

    `unread` is the body of the last answer that was not understood; `ways` are those for web pages, in order.
    """

    def __init__(self, ways: tuple[PageWay, ...], source: str) -> None:
        self._ways = ways
        self._page = CurrentPage(source)
        self.by: PageWay = "plain"
        self.host = ""
        self.answered: list[str] = []
        self.unread = b""

    def ask(self, request: PageRequest[T]) -> PageRequests[T]:
        """The parsed answer of a request. Raises PageError for a refusal, no answer, or one that is not understood.

        A web page that needs a browser is asked for once more, by the next of the ways; a refusal never is.
        """
        ways = self._ways if request.expects == "document" else ("plain",)
        for way in ways[:-1]:
            try:
                return (yield from self._ask_by(way, request))
            except NotUnderstood as error:
                if error.reason != NEEDS_BROWSER:
                    raise
        return (yield from self._ask_by(ways[-1], request))

    def _ask_by(self, way: PageWay, request: PageRequest[T]) -> PageRequests[T]:
        self.by, self.host = way, _host(request.url)
        try:
            response = yield replace(self._page.referred(request), way=way)
        except PageError as error:
            self.host = _host(error.failed_url or request.url)
            raise
        if response.status >= 500:
            raise PageError(f"http_{response.status}")
        self._page.follow(request, response)
        try:
            value = request.parse(response)
        except NotUnderstood:
            self.unread = response.body
            raise
        except (NotFound, WrongHome):
            self.answered.append(self.host)
            raise
        self.answered.append(self.host)
        return value


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""

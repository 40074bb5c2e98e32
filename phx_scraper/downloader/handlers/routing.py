"""One download handler for http and https that picks the way a request is fetched.

By `meta_keys.HANDLER` (`curl`, `browser`, `plain`) where it is set; else a real browser where `meta_keys.WAY` says so,
curl with a browser's identity for `meta["impersonate"]` and for every source's host, Scrapy's own for the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import NotSupported
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import BrowserUnavailable, UnsafeRequest
from phx_scraper.downloader.handlers.curl import CurlDownloadHandler, guard_for
from phx_scraper.downloader.handlers.proxy import check_target
from phx_scraper.downloader.meta_keys import HANDLER, WAY
from phx_scraper.downloader.replica_url import from_replica, to_replica
from phx_scraper.downloader.resolver import CheckedResolver
from phx_scraper.downloader.scrapy_internals import skip_certificate_check
from phx_scraper.downloader.slots import SlotLimiter
from phx_scraper.downloader.state import state_of
from phx_scraper.sources import source_of_host

BROWSER = "phx_scraper.downloader.browser.browser_handler.BrowserDownloadHandler"
"""Loaded only where a crawl wants a browser: scrapy-playwright is an extra."""


class RoutingDownloadHandler(BaseDownloadHandler):
    """Owns the children; both schemes' instances share one set per crawler.

    Each child is made at its first request, the browser among them.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        state = state_of(crawler)
        self.gate = state.gate
        self.fetching = state.fetching = state.fetching or Children(crawler, self.make_guard())

    def make_guard(self) -> AddressGuard:
        """The address guard of all children; a test's subclass brings its own resolver."""
        return guard_for(self.crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch by the right child, at the wire URL. Raises Scrapy's download errors and UnsafeRequest."""
        try:
            async with self.fetching.lanes.lane(request):
                return await self.gate.send(request, self.fetching.download)
        except UnsafeRequest as error:
            self.crawler.stats.inc_value(f"phx/guard/refused/{error.reason}")
            raise

    async def close(self) -> None:
        """Close the children; the second scheme's call finds nothing to do."""
        await self.fetching.close()
        await state_of(self.crawler).close()


class Children:
    """The ways of fetching of one crawl."""

    def __init__(self, crawler: Crawler, guard: AddressGuard) -> None:
        self._crawler = crawler
        self._guard = guard
        self.lanes = SlotLimiter(crawler.settings)
        self._made: dict[str, BaseDownloadHandler] = {}
        self._make: dict[str, Callable[[], BaseDownloadHandler]] = {
            "curl": lambda: CurlDownloadHandler(crawler, guard),
            "plain": lambda: plain_handler(crawler),
            "browser": lambda: browser_handler(crawler, guard),
        }

    async def download(self, request: Request) -> Response:
        """Fetch by the child that the request asks for."""
        name = way_of(request)
        child = self._child(name)
        state_of(self._crawler).tally.asked(request, "browser" if name == "browser" else "plain")
        if name != "plain":
            return await child.download_request(request)
        # The others check and pin by themselves; here the name is looked up twice (downloader/resolver.py).
        await check_target(self._guard, request)
        sent = to_replica(request)
        response = await child.download_request(sent)
        request.meta.update({key: sent.meta[key] for key in ("download_latency",) if key in sent.meta})
        return from_replica(response, request)

    async def close(self) -> None:
        """Close every child that was made."""
        children = list(self._made.values())
        self._made.clear()
        for child in children:
            await child.close()

    def _child(self, name: str) -> BaseDownloadHandler:
        if name not in self._made:
            if name not in self._make:
                raise NotSupported(f"no way of fetching is called {name}")
            self._made[name] = self._make[name]()
        return self._made[name]


def plain_handler(crawler: Crawler) -> HTTP11DownloadHandler:
    """Scrapy's own handler, on a reactor whose resolver checks its answers: Scrapy sets one only in CrawlerProcess.

    An https replica's certificates are of its own throw-away authority.
    """
    from twisted.internet import reactor

    build_from_crawler(CheckedResolver, crawler, reactor=reactor).install_on_reactor()
    handler = build_from_crawler(HTTP11DownloadHandler, crawler)
    replica = config_of(crawler).replica_url
    if replica is not None and replica.is_tls:
        skip_certificate_check(handler)
    return handler


def way_of(request: Request) -> str:
    """`curl`, `browser` or `plain`."""
    named: str | None = request.meta.get(HANDLER)
    if named:
        return named
    if request.meta.get(WAY) == "browser":
        return "browser"
    known = request.meta.get("impersonate") or source_of_host(urlsplit(request.url).hostname or "")
    return "curl" if known else "plain"


def browser_handler(crawler: Crawler, guard: AddressGuard) -> BaseDownloadHandler:
    """The handler of rendered pages. Raises BrowserUnavailable without the extra, or where it is not to be used."""
    if config_of(crawler).browser == "never":
        raise BrowserUnavailable("PHX_BROWSER is never")
    try:
        handler = load_object(BROWSER)
    except ImportError as error:
        missing = f"no {error.name}" if isinstance(error, ModuleNotFoundError) else f"not loadable ({error})"
        raise BrowserUnavailable(f'{missing} here: pip install "phx-scraper[browser]"') from error
    made: BaseDownloadHandler = handler(crawler, guard)
    return made

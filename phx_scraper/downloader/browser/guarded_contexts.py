"""The browser's contexts, one for each source and proxy, and what their pages may do.

What of scrapy-playwright 0.0.48 is not its public interface and is used all the same: `_create_browser_context`,
`_create_page`, `_get_response_and_download`, `_make_request_handler`, `_maybe_launch_browser`, `_close`,
`_maybe_launch_in_thread`, `context_wrappers`, `config`. To be read at each upgrade, which the pin makes a decision.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route, WebSocketRoute
from playwright.async_api import Request as PlaywrightRequest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.browser.browser_request import RenderedPage
from phx_scraper.downloader.browser.checking_proxy import CheckingProxy
from phx_scraper.downloader.browser.page_rules import PageRules
from phx_scraper.downloader.browser.presented_identity import CONTEXT, present
from phx_scraper.downloader.browser.settled_page import check_size, settle
from phx_scraper.downloader.browser.shared_cookies import give_cookies, take_cookies
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.state import state_of

MAX_CONTEXTS = 8
"""Sources times proxies that have a context at once; one that is not in use makes room."""
CLOSE_SECONDS = 5.0
CUT_SECONDS = 1.0
"""Between the last byte that a page may have and its end: Chromium hangs over a page that is closed as it begins."""


class GuardedContexts(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """scrapy-playwright whose contexts reach the network by a `CheckingProxy` alone, and whose pages keep our rules."""

    def __init__(self, crawler: Crawler, guard: AddressGuard) -> None:
        super().__init__(crawler)
        self._jars = state_of(crawler).cookies
        self._guard, self._replica = guard, config_of(crawler).replica_url
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._verify = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._proxies: dict[str, CheckingProxy] = {}
        self._asked: dict[str, RenderedPage] = {}
        self._time_limits: dict[str, asyncio.Timeout] = {}
        self._one_page: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def _note_end(self, _: object) -> None:
        """A page crashed, or the browser is gone."""
        raise NotImplementedError

    async def _create_browser_context(
        self, name: str, context_kwargs: dict[str, Any] | None, spider: Any = None
    ) -> Any:
        await self._make_room(name)
        asked = self._asked[name]
        proxy = CheckingProxy(asked.rules, self._guard, self._replica, asked.proxy, self._count_refusal)
        self._proxies[name] = proxy
        options = {
            **CONTEXT,
            "proxy": {"server": await proxy.start()},
            "service_workers": "block",
            "accept_downloads": False,
            "ignore_https_errors": not self._verify or self._replica is not None,
        }
        wrapper = await super()._create_browser_context(name, options, spider)
        # Of pages that a page opens: those of ours have a route of their own before this one.
        await wrapper.context.route("**/*", _abort)
        await wrapper.context.route_web_socket("**/*", _close_socket)
        return wrapper

    async def _make_room(self, name: str) -> None:
        idle = [one for one in self.context_wrappers if not self._one_page[one].locked()]
        gone = [name, idle[0]] if len(self.context_wrappers) >= MAX_CONTEXTS and idle else [name]
        for one in gone:
            if one in self.context_wrappers:
                await _in_time(self.context_wrappers.pop(one).context.close())
            if one in self._proxies:
                await self._proxies.pop(one).close()

    async def _forget_contexts(self) -> None:
        """The browser is gone, and with it all of them."""
        self.context_wrappers.clear()
        proxies, self._proxies = list(self._proxies.values()), {}
        for proxy in proxies:
            await proxy.close()

    async def _create_page(self, request: Request, spider: Any) -> Page:
        page: Page = await super()._create_page(request, spider)
        name = request.meta["playwright_context"]
        self._proxies[name].begin_page(self._largest(request), lambda: _expire(self._time_limits[name]))
        page.on("crash", self._note_end)
        await present(page)
        await give_cookies(self._jars, request, page.context, self._asked[name].at_http)
        return page

    async def _close_pages(self, name: str) -> bool:
        """Close the context's page and what that opened; False where the browser does not do it."""
        wrapper = self.context_wrappers.get(name)
        closed = [await _in_time(page.close()) for page in list(wrapper.context.pages)] if wrapper else []
        return all(closed)

    def _make_request_handler(self, context_name: str, **known: Any) -> Callable[..., Any]:
        handle = super()._make_request_handler(context_name=context_name, **known)
        rules: PageRules = self._asked[context_name].rules

        async def check(route: Route, request: PlaywrightRequest) -> None:
            if rules.allows(request.url, request.resource_type):
                await handle(route, request)
                return
            self.stats.inc_value("phx/browser/not_loaded")
            await _abort(route)

        return check

    async def _get_response_and_download(self, request: Request, page: Page, spider: Any) -> Any:
        response, download = await super()._get_response_and_download(request, page, spider)
        if download:
            raise DownloadCancelledError(f"a file was sent in a page's place: {request.url}")
        asked = self._asked[request.meta["playwright_context"]]
        if response is not None and response.status == 200:
            await settle(page, asked.source, float(request.meta.get("download_timeout") or self._timeout))
        await check_size(page, self._largest(request))
        await take_cookies(self._jars, request, page.context)
        return response, download

    def _largest(self, request: Request) -> int:
        return int(request.meta.get("download_maxsize", self._max_size) or 0)

    def _count_refusal(self, error: UnsafeRequest) -> None:
        self.stats.inc_value(f"phx/guard/refused/{error.reason}")


def _expire(limit: asyncio.Timeout) -> None:
    with suppress(RuntimeError):  # the page is done
        limit.reschedule(asyncio.get_running_loop().time() + CUT_SECONDS)


async def _abort(route: Route, _: PlaywrightRequest | None = None) -> None:
    with suppress(PlaywrightError):  # the page is closed already
        await route.abort()


async def _close_socket(socket: WebSocketRoute) -> None:
    with suppress(PlaywrightError):
        await socket.close()


async def _in_time(closing: Any) -> bool:
    """Whether it was done in time; what is gone already is closed."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await closing
    except TimeoutError:
        return False
    except PlaywrightError:
        return True
    return True

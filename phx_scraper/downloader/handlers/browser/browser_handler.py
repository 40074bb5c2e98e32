"""scrapy-playwright under our own rules: one Chromium for a run, started when a page first needs it.

What of scrapy-playwright 0.0.48 is not its public interface and is used all the same: `_create_browser_context`,
`_create_page`, `_get_response_and_download`, `_make_request_handler`, `_maybe_launch_in_thread`, `_close`,
`_browser_disconnected_callback`, `context_wrappers`, `config`. To be read at each upgrade, which the pin makes one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route, WebSocketRoute
from playwright.async_api import Request as PlaywrightRequest
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import BrowserFailed, UnsafeRequest
from phx_scraper.downloader.handlers.browser.browser_errors import as_scrapy_error
from phx_scraper.downloader.handlers.browser.browser_request import RenderedPage, rendered_page
from phx_scraper.downloader.handlers.browser.browser_turns import BrowserTurns, Limits
from phx_scraper.downloader.handlers.browser.checking_proxy import CheckingProxy
from phx_scraper.downloader.handlers.browser.page_rules import PageRules
from phx_scraper.downloader.handlers.browser.presented_identity import CONTEXT, present
from phx_scraper.downloader.handlers.browser.running_browser import RunningBrowser
from phx_scraper.downloader.handlers.browser.settled_page import check_size, settle
from phx_scraper.downloader.handlers.browser.shared_cookies import give_cookies, take_cookies
from phx_scraper.downloader.state import state_of

MAX_CONTEXTS = 8
"""Sources times proxies that have a context at once; one that is not in use makes room."""
CLOSE_SECONDS = 5.0
CUT_SECONDS = 1.0
"""Between the last byte that a page may have and its end: Chromium hangs over a page that is closed as it begins."""
_LEARNT = ("download_latency", "redirect_times", "redirect_urls", "redirect_reasons")


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Renders pages. Raises Scrapy's download errors (BrowserFailed among them), UnsafeRequest, BrowserUnavailable."""

    def __init__(self, crawler: Crawler, guard: AddressGuard) -> None:
        super().__init__(crawler)
        # It would start a driver for every crawl; ours starts with the first page that needs it.
        crawler.signals.disconnect(self._maybe_launch_in_thread, signals.engine_started)
        config = config_of(crawler)
        self._jars = state_of(crawler).cookies
        self._guard, self._replica = guard, config.replica_url
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._verify = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._running: RunningBrowser | None = None
        self._program, self._headed = config.browser_path, config.browser_headed
        limits = Limits(megabytes=config.browser_memory_mb)
        self._turns = BrowserTurns(self._start_browser, self._stop_browser, self._memory_mb, limits)
        self._proxies: dict[str, CheckingProxy] = {}
        self._asked: dict[str, RenderedPage] = {}
        self._time_limits: dict[str, asyncio.Timeout] = {}
        self._one_page: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        # It tells every failed page with a traceback; what a page's failure means is told where its visit ends.
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
        self.process_request_headers = None
        self.config.target_closed_max_retries = 0

    async def download_request(self, request: Request) -> Response:
        """Render the page of `request` within `download_timeout` seconds, the start of a browser not counted."""
        page = rendered_page(request, self._replica)
        # One page at a time of each source, as the table of sources has it; so a page's bytes are its own.
        async with self._one_page[page.context]:
            await self._turns.enter()
            good = False
            try:
                response = await self._render(page, request)
                good = True
                return response
            finally:
                await self._turns.leave(good)

    async def _render(self, asked: RenderedPage, request: Request) -> Response:
        seconds = float(request.meta.get("download_timeout") or self._timeout)
        sent, self._asked[asked.context] = asked.request, asked
        try:
            async with asyncio.timeout(seconds or None) as limit:
                self._time_limits[asked.context] = limit
                response: Response = await super().download_request(sent)
            request.meta.update({key: sent.meta[key] for key in _LEARNT if key in sent.meta})
            return asked.response(response, request)
        except (PlaywrightError, TimeoutError, RuntimeError) as error:
            is_late = isinstance(error, TimeoutError) and limit.expired()
            late = DownloadTimeoutError(f"no complete page within {seconds:g} s: {request.url}")
            raise self._scrapy_error(late if is_late else error, asked) from error
        finally:
            await self._close_page(sent)

    def _scrapy_error(self, error: Exception, asked: RenderedPage) -> Exception:
        found = as_scrapy_error(error, asked.host, self._proxies.get(asked.context))
        if isinstance(found, BrowserFailed):
            self._turns.fail()
        return found

    # --- the browser ---

    async def _start_browser(self) -> None:
        self._running = RunningBrowser(self._program, self._headed)
        browser = await self._running.start()
        browser.on("disconnected", self._note_end)
        self.browser = browser
        self.stats.inc_value("phx/browser/started")

    def _note_end(self, _: object) -> None:
        self._turns.wear_out()

    async def _stop_browser(self) -> None:
        running, self._running = self._running, None
        self.context_wrappers.clear()
        proxies, self._proxies = list(self._proxies.values()), {}
        if running is not None:
            await running.stop()
        for proxy in proxies:
            await proxy.close()

    async def _memory_mb(self) -> float:
        if self._running is None:
            return 0
        megabytes = await self._running.memory_mb()
        self.stats.max_value("phx/browser/megabytes", round(megabytes))
        return megabytes

    async def _close(self) -> None:
        """At the end of the crawl."""
        await self._turns.end()

    async def _maybe_launch_browser(self) -> None:
        """Nothing: `BrowserTurns` has started it."""

    # --- contexts and pages ---

    async def _create_browser_context(
        self, name: str, context_kwargs: dict[str, Any] | None, spider: Any = None
    ) -> Any:
        await self._make_room()
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

    async def _make_room(self) -> None:
        idle = [name for name in self.context_wrappers if not self._one_page[name].locked()]
        if len(self.context_wrappers) >= MAX_CONTEXTS and idle:
            await self._close_context(idle[0])

    async def _close_context(self, name: str) -> None:
        await _in_time(self.context_wrappers[name].context.close())
        self.context_wrappers.pop(name, None)
        await self._proxies.pop(name).close()

    async def _create_page(self, request: Request, spider: Any) -> Page:
        page: Page = await super()._create_page(request, spider)
        name = request.meta["playwright_context"]
        self._proxies[name].begin_page(self._largest(request), lambda: _expire(self._time_limits[name]))
        page.on("crash", self._note_end)
        await present(page)
        await give_cookies(self._jars, request, page.context, self._asked[name].at_http)
        return page

    async def _close_page(self, request: Request) -> None:
        """Close the page and what it opened; a browser that cannot do that has failed."""
        wrapper = self.context_wrappers.get(request.meta["playwright_context"])
        for page in list(wrapper.context.pages) if wrapper else ():
            if not await _in_time(page.close()):
                self._turns.fail()
                if self._running is not None:
                    self._running.answers = False

    # --- what a page does ---

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

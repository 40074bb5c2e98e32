"""Renders pages: one Chromium for a run, started when a page first needs it, ended with the crawl."""

from __future__ import annotations

import asyncio
import logging

from playwright.async_api import Error as PlaywrightError
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from phx_scraper.config.reading import config_of
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.browser.browser_errors import as_scrapy_error
from phx_scraper.downloader.browser.browser_request import RenderedPage, rendered_page
from phx_scraper.downloader.browser.browser_turns import BrowserTurns, Limits
from phx_scraper.downloader.browser.guarded_contexts import GuardedContexts
from phx_scraper.downloader.browser.running_browser import RunningBrowser
from phx_scraper.downloader.exceptions import BrowserFailed

_LEARNT = ("download_latency", "redirect_times", "redirect_urls", "redirect_reasons")


class BrowserDownloadHandler(GuardedContexts):
    """Renders pages. Raises Scrapy's download errors (BrowserFailed among them), UnsafeRequest, BrowserUnavailable."""

    def __init__(self, crawler: Crawler, guard: AddressGuard) -> None:
        super().__init__(crawler, guard)
        # It would start a driver for every crawl; ours starts with the first page that needs it.
        crawler.signals.disconnect(self._maybe_launch_in_thread, signals.engine_started)
        # It tells every failed page with a traceback; what a page's failure means is told where its visit ends.
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
        self.process_request_headers = None
        self.config.target_closed_max_retries = 0
        config = config_of(crawler)
        self._running: RunningBrowser | None = None
        self._program, self._headed = config.browser_path, config.browser_headed
        limits = Limits(megabytes=config.browser_memory_mb)
        self._turns = BrowserTurns(self._start_browser, self._stop_browser, self._memory_mb, limits)

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
            if not await self._close_pages(asked.context):
                self._turns.fail()
                if self._running is not None:
                    self._running.answers = False

    def _scrapy_error(self, error: Exception, asked: RenderedPage) -> Exception:
        found = as_scrapy_error(error, asked.host, self._proxies.get(asked.context))
        if isinstance(found, BrowserFailed):
            self._turns.fail()
        return found

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
        if running is not None:
            await running.stop()
        await self._forget_contexts()

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

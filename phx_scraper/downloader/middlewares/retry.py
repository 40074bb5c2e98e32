"""Tries again after a wait: exponential backoff with full jitter, or what the server's Retry-After says."""

from __future__ import annotations

import random
from collections.abc import Callable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.meta_keys import KIND, SOURCE
from phx_scraper.downloader.middlewares.refusals import plain_headers
from phx_scraper.downloader.scrapy_internals import is_closing
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.downloader.wait import wait
from phx_scraper.pages.page_text import host
from phx_scraper.pages.refusals import retry_after

BACKOFF_BASE = 2.0
BACKOFF_CAP = 60.0
"""Seconds: the n-th wait is a random time up to base * 2**(n - 1), at most the cap, times `PHX_DELAY_SCALE`."""


class BackoffRetryMiddleware(CrawlPart):
    """Retries what `RETRY_HTTP_CODES` and `RETRY_EXCEPTIONS` name, `RETRY_TIMES` times.

    It waits inside the middleware, where no download slot is held; `throttle.py` holds the slot back for a Retry-After.
    One above `PHX_MAX_RETRY_AFTER` seconds is not waited for: the run is told, and the answer goes on as a refusal.
    """

    def __init__(self, crawler: Crawler, draw: Callable[[float, float], float] = random.uniform) -> None:
        settings = crawler.settings
        super().__init__(crawler)
        self._draw = draw
        self._codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self._errors = tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))
        self._state = state_of(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """A new request after the wait, or the answer itself. Raises StoppedEarly where the crawl closes meanwhile."""
        if response.status not in self._codes or request.meta.get("dont_retry"):
            return response
        named = retry_after(plain_headers(response))
        if named is not None and named > self._state.config.max_retry_after:
            self.crawler.stats.inc_value("phx/retry/too_long")
            await self._tell(request, named)
            return response
        return await self._again(request, response_status_message(response.status), named) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """A new request after the wait, None where the error stays. Raises StoppedEarly as `process_response` does."""
        if not isinstance(exception, self._errors) or request.meta.get("dont_retry"):
            return None
        return await self._again(request, exception, None)

    async def _tell(self, request: Request, seconds: float) -> None:
        """Let the run know at once, whatever becomes of this request."""
        source, tell = request.meta.get(SOURCE), self._state.told_to_wait
        if source and tell is not None:
            await tell(source, request.meta.get(KIND, "page"), host(request.url), seconds)

    async def _again(self, request: Request, reason: str | Exception, named: float | None) -> Request | None:
        spider = self.crawler.spider
        assert spider is not None
        retry = get_retry_request(
            request, spider=spider, reason=reason, stats_base_key="phx/retry", give_up_log_level="DEBUG"
        )
        if retry is None:
            return None
        # "After 0 seconds" is what servers say that have no time in mind.
        seconds = named or self._backoff(retry.meta["retry_times"])
        self.crawler.stats.inc_value("phx/retry/milliseconds", round(seconds * 1000))
        if not await wait(seconds, lambda: is_closing(self.crawler)):
            raise StoppedEarly(f"the crawl closed before the next try of {request.url}")
        return retry

    def _backoff(self, tries: int) -> float:
        return self._draw(0.0, min(BACKOFF_BASE * 2 ** (tries - 1), BACKOFF_CAP)) * self._state.config.delay_scale

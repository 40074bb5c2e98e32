"""Listens to the raw answers, retried ones included: 429 and 503 slow their slot down, good ones let it recover."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.downloader.header_text import plain_headers
from phx_scraper.downloader.state import state_of
from phx_scraper.pages.refusals import retry_after

COMPLAINTS = frozenset({429, 503})


class ThrottleMiddleware:
    """Between the retries and the wire; refusals of other shapes are told by `refusals.py`.

    A complaint that names a time (up to `PHX_MAX_RETRY_AFTER`) holds the whole slot back until then.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._state = state_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ThrottleMiddleware:
        """Share the crawl's state."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Set the pace; the answer passes unchanged."""
        if response.status in COMPLAINTS:
            self._state.throttle.slow_down(request)
            named = retry_after(plain_headers(response)) or 0.0
            if named <= self._state.config.max_retry_after:
                self._state.gate.hold(request, named)
        elif response.status < 400:
            self._state.throttle.answered(request)
        return response

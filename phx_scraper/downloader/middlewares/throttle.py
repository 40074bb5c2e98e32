"""Listens to the raw answers, retried ones included: 429 and 503 slow their slot down, good ones let it recover."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.meta_keys import SAVED
from phx_scraper.downloader.middlewares.refusals import COMPLAINTS, plain_headers
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.pages.refusals import retry_after


class ThrottleMiddleware(CrawlPart):
    """Between the retries and the wire; refusals of other shapes are told by `refusals.py`.

    A complaint that names a time (up to `PHX_MAX_RETRY_AFTER`) holds the whole slot back until then.
    """

    async def process_response(self, request: Request, response: Response) -> Response:
        """Set the pace; the answer passes unchanged."""
        if SAVED in request.meta:
            return response
        state = state_of(self.crawler)
        if response.status in COMPLAINTS:
            state.throttle.slow_down(request)
            named = retry_after(plain_headers(response)) or 0.0
            if named <= state.config.max_retry_after:
                state.pacer.hold(request, named)
        elif response.status < 400:
            state.throttle.answered(request)
        return response

"""Counts what each request came to, the tries that are retried included: the first to see an answer."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.meta_keys import SAVED
from phx_scraper.downloader.middlewares.refusals import refusal_in
from phx_scraper.downloader.state import CrawlPart, state_of

DENIED = 403
"""Where it is no refusal by itself: a storage host's answer for a missing file, or a wall that looks like one."""


class AnswersMiddleware(CrawlPart):
    """Between the decoding of bodies and the retries; `downloader/handlers/routing.py` counts what leaves."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Count it; the answer passes unchanged."""
        tally, refused = state_of(self.crawler).tally, refusal_in(request, response)
        if SAVED in request.meta:
            tally.asked(request, "saved")
        tally.came(request, len(response.body))
        if refused is not None:
            tally.refused(request, refused.reason)
        elif response.status >= 500 or response.status == DENIED:
            tally.failed(request)
        else:
            tally.answered(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Count it; the error stays."""
        tally = state_of(self.crawler).tally
        if isinstance(exception, StoppedEarly):
            tally.dropped(request)
        else:
            tally.failed(request)

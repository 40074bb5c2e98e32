"""Listens to the raw answers, retried ones included: 429 and 503 slow their slot down, good ones let it recover."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.handlers.pace import pace_of

COMPLAINTS = frozenset({429, 503})


class PaceMiddleware:
    """Between the retries and the wire; refusals of other shapes are told by `refusals.py`."""

    def __init__(self, crawler: Crawler) -> None:
        self._pace = pace_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        """Share the crawl's pace."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Set the pace; the answer passes unchanged."""
        if response.status in COMPLAINTS:
            self._pace.complained(request)
        elif response.status < 400:
            self._pace.answered(request)
        return response

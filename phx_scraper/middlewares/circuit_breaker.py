"""Keeps requests of a source that is left alone from queueing at all (`handlers/departures.py` has the last word)."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.handlers.departures import departures_of
from phx_scraper.handlers.failures import LeftAlone


class CircuitBreakerMiddleware:
    """Stands before everything that waits or dresses a request; stat `phx/breaker/<source>/held_back`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._departures = departures_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CircuitBreakerMiddleware:
        """Share the crawl's departures."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass. Raises LeftAlone, or StoppedEarly where the crawl is closing."""
        try:
            self._departures.check(request)
        except LeftAlone:
            self._crawler.stats.inc_value(f"phx/breaker/{request.meta['phx_source']}/held_back")
            raise

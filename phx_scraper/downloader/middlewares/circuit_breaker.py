"""Keeps requests of a source that is left alone from queueing at all (`downloader/gate.py` has the last word)."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.meta_keys import SOURCE
from phx_scraper.downloader.state import state_of


class CircuitBreakerMiddleware:
    """Stands before everything that waits or dresses a request; stat `phx/breaker/<source>/held_back`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._gate = state_of(crawler).gate

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CircuitBreakerMiddleware:
        """Share the crawl's gate."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass. Raises LeftAlone, or StoppedEarly where the crawl is closing."""
        try:
            self._gate.check(request)
        except SourceBlocked:
            self._crawler.stats.inc_value(f"phx/breaker/{request.meta[SOURCE]}/held_back")
            raise

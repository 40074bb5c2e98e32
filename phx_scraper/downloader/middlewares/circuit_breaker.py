"""Keeps requests of a source that is left alone from queueing at all (`downloader/gate.py` has the last word)."""

from __future__ import annotations

from scrapy import Request

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.meta_keys import SOURCE
from phx_scraper.downloader.state import CrawlPart, state_of


class CircuitBreakerMiddleware(CrawlPart):
    """Stands before everything that waits or dresses a request; stat `phx/breaker/<source>/held_back`."""

    async def process_request(self, request: Request) -> None:
        """Let the request pass. Raises LeftAlone, or StoppedEarly where the crawl is closing."""
        try:
            state_of(self.crawler).gate.check(request)
        except SourceBlocked:
            self.crawler.stats.inc_value(f"phx/breaker/{request.meta[SOURCE]}/held_back")
            raise

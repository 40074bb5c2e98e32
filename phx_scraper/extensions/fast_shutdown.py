"""Ends a closing crawl within seconds: queued requests are dropped, running ones are cancelled after a grace period."""

from __future__ import annotations

import asyncio
import math
import time

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.scrapy_internals import drop_queued, is_closing
from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.downloader.wait import SLICE, wait
from phx_scraper.run import signals

GRACE_SECONDS = 2.5
"""For requests that run when the crawl closes: most answers arrive in this time and need no second request."""


class FastShutdown(CrawlPart):
    """Replaces Scrapy's own end, which sends all queued requests first, one by one, each after its delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.task: asyncio.Task[None] | None = None
        # Not at the spider's opening: the engine does not run yet, which is_closing would read as closing.
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    def begin(self) -> None:
        """Start watching: Scrapy has no signal for the moment when closing begins."""
        self.task = asyncio.ensure_future(self._watch())

    def end(self) -> None:
        """Stop watching."""
        if self.task is not None:
            self.task.cancel()

    async def _watch(self) -> None:
        await wait(math.inf, lambda: is_closing(self.crawler))
        gate = state_of(self.crawler).gate
        gate.closing = True
        until = time.monotonic() + GRACE_SECONDS
        while True:
            drop_queued(self.crawler, StoppedEarly("the crawl closes"))
            if time.monotonic() > until:
                gate.cancel_all()
            await asyncio.sleep(SLICE)

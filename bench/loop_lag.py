"""Measures event-loop lag; enabled by `make bench` only."""

from __future__ import annotations

import asyncio

from scrapy import signals
from scrapy.crawler import Crawler

TICK_SECONDS = 0.005


class LoopLag:
    """Stats `phx/loop/lag_p99_ms` and `phx/loop/lag_max_ms`: overshoot of a short sleep, in milliseconds."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lags: list[float] = []
        self.task: asyncio.Task[None] | None = None
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.end, signal=signals.spider_idle)
        crawler.signals.connect(self.end, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoopLag:
        """Connect to the spider's opening and closing."""
        return cls(crawler)

    def begin(self) -> None:
        """Start measuring."""
        self.task = asyncio.ensure_future(self._measure())

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(TICK_SECONDS)
            self.lags.append(max(0.0, loop.time() - before - TICK_SECONDS) * 1000)

    def end(self) -> None:
        """Stop measuring and publish."""
        if self.task is None or not self.lags:
            return
        self.task.cancel()
        self.task = None
        ordered = sorted(self.lags)
        self.crawler.stats.set_value("phx/loop/lag_p99_ms", round(ordered[int(len(ordered) * 0.99)], 2))
        self.crawler.stats.set_value("phx/loop/lag_max_ms", round(ordered[-1], 2))

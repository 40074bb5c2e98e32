"""Watches what a run may use up; meeting a bound ends it cleanly, resumable, with a sentence (exit code 3)."""

from __future__ import annotations

import asyncio
import shutil
import time

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper import signals
from phx_scraper.crawl import LEASE_SECONDS, Crawl

CHECK_SECONDS = 2.0


class Guards:
    """Free disk, and the heartbeat that keeps this run's visits from being taken over."""

    def __init__(self, crawler: Crawler) -> None:
        self.task: asyncio.Task[None] | None = None
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guards:
        """Connect to the run's begin and end."""
        return cls(crawler)

    def begin(self, crawl: Crawl) -> None:
        """Start watching."""
        self.task = asyncio.ensure_future(self._watch(crawl))

    def end(self) -> None:
        """Stop watching."""
        if self.task is not None:
            self.task.cancel()

    async def _watch(self, crawl: Crawl) -> None:
        beaten = time.monotonic()
        while not crawl.stopping:
            await self._check_disk(crawl)
            if time.monotonic() - beaten > LEASE_SECONDS / 4:
                await crawl.sql(crawl.catalogue.heartbeat, crawl.run_id, time.time(), LEASE_SECONDS)
                beaten = time.monotonic()
            await asyncio.sleep(CHECK_SECONDS)

    async def _check_disk(self, crawl: Crawl) -> None:
        floor = crawl.options.min_free_disk_mb
        usage = await asyncio.to_thread(shutil.disk_usage, crawl.files.root)
        free = usage.free // 2**20
        if free < floor:
            crawl.stop(
                "disk",
                f"{free} MB are free at {crawl.files.root}, less than PHX_MIN_FREE_DISK_MB={floor};"
                " free some space and run the same command again",
            )

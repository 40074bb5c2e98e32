"""Watches what a run may use up; meeting a bound ends it cleanly, resumable, with a sentence (exit code 3)."""

from __future__ import annotations

import asyncio
import time
from functools import partial

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.errors import DiskFull, StorageError
from phx_scraper.extensions.resource_usage import check_free_space, memory_mb
from phx_scraper.run import signals
from phx_scraper.run.context import LEASE_SECONDS, RunContext
from phx_scraper.views.human_text import counted

CHECK_SECONDS = 1.0


class ResourceLimits:
    """Free disk, memory, standstill; and the heartbeat by which this run holds its visits and hears of others."""

    def __init__(self, crawler: Crawler) -> None:
        self.task: asyncio.Task[None] | None = None
        self.request_ended_at = time.monotonic()
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.request_ended, signal=scrapy_signals.request_left_downloader)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ResourceLimits:
        """Connect to the run's begin and end."""
        return cls(crawler)

    def begin(self, crawl: RunContext) -> None:
        """Start watching."""
        self.task = asyncio.ensure_future(self._watch(crawl))

    def request_ended(self) -> None:
        """Note that the run moves."""
        self.request_ended_at = time.monotonic()

    def end(self) -> None:
        """Stop watching."""
        if self.task is not None:
            self.task.cancel()

    async def _watch(self, crawl: RunContext) -> None:
        beaten = time.monotonic()
        while not crawl.stopping:
            await self._check_disk(crawl)
            self._check_memory(crawl)
            self._check_standstill(crawl)
            if time.monotonic() - beaten > LEASE_SECONDS / 4:
                await self._beat(crawl)
                beaten = time.monotonic()
            await asyncio.sleep(CHECK_SECONDS)

    async def _beat(self, crawl: RunContext) -> None:
        """A catalogue that is busy for very long costs a beat, not the watch."""
        try:
            beat = partial(crawl.catalogue.heartbeat, crawl.run_id, time.time(), LEASE_SECONDS)
            await crawl.run_in("catalogue", beat)
            await crawl.breakers.follow()
        except StorageError as error:
            crawl.crawler.spider.logger.warning("the heartbeat failed: %s", error)

    async def _check_disk(self, crawl: RunContext) -> None:
        try:
            await asyncio.to_thread(check_free_space, crawl.files.root, crawl.options.min_free_disk_mb)
        except DiskFull as error:
            crawl.stop("disk", str(error))

    def _check_memory(self, crawl: RunContext) -> None:
        most = crawl.options.max_memory_mb
        used = memory_mb() if most else 0.0
        if used > most:
            crawl.stop(
                "memory",
                f"{used:.0f} MB of memory are in use, more than PHX_MAX_MEMORY_MB={most}; run the same command again,"
                " it goes on where this stopped",
            )

    def _check_standstill(self, crawl: RunContext) -> None:
        seconds = crawl.options.stall_seconds
        still = time.monotonic() - max(self.request_ended_at, crawl.moved_at)
        if seconds and crawl.in_hand and still > seconds:
            crawl.stop(
                "stalled",
                f"nothing was finished for {still:.0f} s, longer than PHX_STALL_SECONDS={seconds:g}, with"
                f" {counted(len(crawl.in_hand), 'visit')} in hand; run the same command again",
            )

"""Stops a run at its resource limits: cleanly, resumable, with a sentence (exit code 3)."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.downloader.state import CrawlPart, state_of
from phx_scraper.errors import DiskFull, StorageError
from phx_scraper.extensions.resource_usage import check_free_space, memory_mb
from phx_scraper.extensions.store_limit import StoreLimit
from phx_scraper.model.visit import LEASE_SECONDS
from phx_scraper.run import signals
from phx_scraper.run.context import RunContext
from phx_scraper.storage.catalogue import leases
from phx_scraper.views.human_text import counted

CHECK_SECONDS = 1.0
OTHERS_SECONDS = 1.0
"""Seconds between two looks at what other crawls on the catalogue do."""


class ResourceLimits(CrawlPart):
    """Free disk, the store's size, memory and stalls; also the heartbeat, for leases and circuit breakers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.tasks: list[asyncio.Task[None]] = []
        self.store_limit: StoreLimit | None = None
        self.store_is_due = asyncio.Event()
        self.request_ended_at = time.monotonic()
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.request_ended, signal=scrapy_signals.request_left_downloader)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    def begin(self, crawl: RunContext) -> None:
        """Start watching."""
        self.store_limit = StoreLimit(crawl.files, crawl.options.max_store_gb)
        watches = self._watch(crawl), self._watch_store(crawl), self._watch_others(crawl)
        self.tasks = [asyncio.ensure_future(watch) for watch in watches]

    def request_ended(self) -> None:
        """Record progress of the run; in a fast crawl a second is too long to wait for a look at the store."""
        self.request_ended_at = time.monotonic()
        if self.store_limit is not None and self.store_limit.is_due():
            self.store_is_due.set()

    def end(self) -> None:
        """Stop watching."""
        for task in self.tasks:
            task.cancel()

    async def _watch(self, crawl: RunContext) -> None:
        renewed_at = time.monotonic()
        while not crawl.stopping:
            await self._check_disk(crawl)
            self._check_memory(crawl)
            self._check_stall(crawl)
            if time.monotonic() - renewed_at > LEASE_SECONDS / 4:
                await self._heartbeat(crawl)
                renewed_at = time.monotonic()
            await asyncio.sleep(CHECK_SECONDS)

    async def _watch_others(self, crawl: RunContext) -> None:
        """Leave alone what other crawls leave alone, and pause longer where they ask the same source."""
        with suppress(StorageError):  # the run is stopping then, and has said why
            while not crawl.stopping:
                await crawl.breakers.follow()
                crawl.shared.pacer.sharers = await crawl.read(leases.sharers, time.time())
                await asyncio.sleep(OTHERS_SECONDS)

    async def _heartbeat(self, crawl: RunContext) -> None:
        """Renew the leases; where the catalogue is busy for too long, the next heartbeat does it."""
        try:
            await crawl.run_in("catalogue", partial(_prolong_leases, crawl))
        except StorageError as error:
            crawl.crawler.spider.logger.warning("the heartbeat failed: %s", error)

    async def _check_disk(self, crawl: RunContext) -> None:
        try:
            await asyncio.to_thread(check_free_space, crawl.files, crawl.options.min_free_disk_mb)
        except DiskFull as error:
            crawl.stop("disk", str(error))

    async def _watch_store(self, crawl: RunContext) -> None:
        assert self.store_limit is not None
        while not crawl.stopping:
            await self.store_is_due.wait()
            self.store_is_due.clear()
            try:
                await asyncio.to_thread(self.store_limit.check)
            except DiskFull as error:
                crawl.stop("store", str(error))

    def _check_memory(self, crawl: RunContext) -> None:
        most = crawl.options.max_memory_mb
        used = memory_mb() if most else 0.0
        if used > most:
            crawl.stop(
                "memory",
                f"{used:.0f} MB of memory are in use, more than PHX_MAX_MEMORY_MB={most}; run the same command again,"
                " it goes on where this stopped",
            )

    def _check_stall(self, crawl: RunContext) -> None:
        seconds = crawl.options.stall_seconds
        still = time.monotonic() - max(self.request_ended_at, crawl.moved_at, state_of(self.crawler).pacer.paused_at)
        if seconds and crawl.in_hand and still > seconds:
            crawl.stop(
                "stalled",
                f"nothing was finished for {still:.0f} s, longer than PHX_STALL_SECONDS={seconds:g}, with"
                f" {counted(len(crawl.in_hand), 'visit')} in hand; run the same command again",
            )


def _prolong_leases(crawl: RunContext) -> None:
    with crawl.catalogue.transaction() as tx:
        leases.heartbeat(tx, crawl.run_id, time.time())

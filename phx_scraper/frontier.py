"""Which visit comes next: due visits of the run, a few of each source in hand at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator

from phx_scraper.crawl import Crawl
from phx_scraper.storage.records import VisitLease

# Another run's visit is looked at again after so many seconds, at most.
RECHECK_SECONDS = 5.0


class Frontier:
    """Feeds a run's due visits; each source has its own window, so a slow one never holds up another."""

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl
        self.window = crawl.options.concurrent_homes
        self.queues: dict[str, deque[str]] = {source: deque() for source in crawl.job.sources}

    async def visits(self) -> AsyncIterator[VisitLease]:
        """Leased visits, until every due one has ended and none is left with another run."""
        await self._fill()
        while not self.crawl.stopping:
            self.crawl.visit_ended.clear()
            for source in self.queues:
                async for visit in self._take(source):
                    yield visit
            if not await self._wait():
                return

    async def _fill(self) -> None:
        crawl = self.crawl
        due = await crawl.sql(
            crawl.catalogue.due, crawl.property_hashes, crawl.job.sources, time.time(), crawl.job.refresh_days
        )
        for property_hash, source in due:
            if (property_hash, source) not in crawl.in_hand:
                self.queues[source].append(property_hash)

    async def _take(self, source: str) -> AsyncIterator[VisitLease]:
        queue = self.queues[source]
        while queue and self._in_hand(source) < self.window and not self.crawl.stopping:
            visit = await self.crawl.lease(queue.popleft(), source)
            if visit is not None:
                yield visit

    def _in_hand(self, source: str) -> int:
        return sum(1 for _, held in self.crawl.in_hand if held == source)

    async def _wait(self) -> bool:
        """Sleep until there may be more to take; False when all is done."""
        if self.crawl.in_hand:
            await self.crawl.visit_ended.wait()
            return True
        if any(self.queues.values()):
            return True
        if self.crawl.reopened:
            # A kept picture's file was lost: its photo is pending again, and so is its visit.
            self.crawl.reopened = 0
            await self._fill()
            return True
        return await self._others_may_leave_something()

    async def _others_may_leave_something(self) -> bool:
        crawl = self.crawl
        held = await crawl.sql(
            crawl.catalogue.waiting, crawl.property_hashes, crawl.job.sources, crawl.run_id, time.time()
        )
        if not held:
            return False
        soonest = min(visit.until for visit in held) - time.time()
        await asyncio.sleep(min(max(soonest, 0.2), RECHECK_SECONDS))
        await self._fill()
        return True

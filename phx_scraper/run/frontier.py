"""Which visit comes next: due visits of the run, a few of each source in hand at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections import Counter, deque
from collections.abc import AsyncIterator

from phx_scraper.downloader.wait import wait
from phx_scraper.model.reasons import OFFLINE_ONLY
from phx_scraper.model.visit import DueVisit, VisitLease, WaitingVisit
from phx_scraper.run.context import RunContext
from phx_scraper.storage.catalogue import leases

logger = logging.getLogger("phx_scraper")

# Another run's visit is looked at again after so many seconds, at most; so is the end of this run.
RECHECK_SECONDS = 2.0
LEAST_SECONDS = 0.1
MOST_RETURNS = 10
"""Times that a visit may come back unfinished in one run, so that a run has an end whatever keeps happening to it."""


class Frontier:
    """Feeds a run's due visits; each source has its own window, so a slow one never holds up another.

    Every visit is tried once, and again when another run lets go of it or when it comes back unfinished, `MOST_RETURNS`
    times at most. While a source is left alone its visits wait here; where nothing else is left to do,
    `PHX_BREAKER_MAX_WAIT` seconds in all at most. Stat `phx/frontier/<source>/left_for_next_run`.
    """

    def __init__(self, crawl: RunContext) -> None:
        self.crawl = crawl
        self.window = crawl.options.concurrent_homes
        self.queues: dict[str, deque[str]] = {source: deque() for source in crawl.job.sources}
        self._elsewhere: set[DueVisit] = set()
        self._seen_free: set[DueVisit] = set()
        self._returns: Counter[DueVisit] = Counter()
        self._idle_left = crawl.options.breaker_max_wait

    async def visits(self) -> AsyncIterator[VisitLease]:
        """Leased visits, until every due one has ended and none is left with another run."""
        await self.crawl.remade.begin()
        await self._fill()
        while not self.crawl.stopping:
            self.crawl.visit_ended.clear()
            self._take_back()
            for source in self.queues:
                async for visit in self._take(source):
                    yield visit
            if not await self._wait():
                await self.crawl.remade.end()
                self.crawl.breakers.run_ends()
                return

    async def _fill(self) -> None:
        # What others hold from the start is taken over too, should they die before this run first waits for them.
        self._elsewhere = {DueVisit(visit.property_hash, visit.source) for visit in await self._waiting()}
        # Visits with a saved page come first: the site that refuses the others has not been asked for anything yet.
        due = await self._due()
        for visit in sorted(due, key=lambda visit: not self.crawl.saved.pages(*visit)):
            self.queues[visit.source].append(visit.property_hash)

    async def _due(self) -> list[DueVisit]:
        crawl, sources = self.crawl, self.crawl.job.sources
        offline = crawl.options.offline
        rest, at_once = (math.inf, ()) if offline else (crawl.options.breaker_cooldown, OFFLINE_ONLY)
        when = (time.time(), crawl.refresh_days, rest, at_once)
        return await crawl.read(leases.due, crawl.property_hashes, sources, *when)

    async def _waiting(self) -> list[WaitingVisit]:
        """Visits of this run's list that other runs have in hand."""
        crawl = self.crawl
        return await crawl.read(leases.waiting, crawl.property_hashes, crawl.job.sources, crawl.run_id, time.time())

    def _take_back(self) -> None:
        again = self.crawl.requeued
        while again:
            visit = again.pop()
            self._returns[visit] += 1
            if self._returns[visit] > MOST_RETURNS:
                self._leave_for_next_run(visit)
            else:
                self.queues[visit.source].appendleft(visit.property_hash)

    def _leave_for_next_run(self, visit: DueVisit) -> None:
        home = next(home for home in self.crawl.job.homes if home.property_hash == visit.property_hash)
        self.crawl.count(f"phx/frontier/{visit.source}/left_for_next_run")
        logger.warning(
            "%s at %s was begun %d times and came back unfinished each time: it is left for the next run",
            home.address,
            visit.source,
            self._returns[visit],
        )

    async def _take(self, source: str) -> AsyncIterator[VisitLease]:
        crawl, queue = self.crawl, self.queues[source]
        if queue and not self._in_hand(source):
            await crawl.breakers.start_trial(source)
        while queue and not crawl.stopping and self._in_hand(source) < crawl.breakers.capacity(source, self.window):
            property_hash = queue.popleft()
            visit = await crawl.lease(property_hash, source)
            if visit is not None:
                yield visit
            else:
                self._note_elsewhere(DueVisit(property_hash, source))

    def _note_elsewhere(self, visit: DueVisit) -> None:
        # What nobody holds and yet cannot be had was finished by another run meanwhile.
        if visit not in self._seen_free:
            self._elsewhere.add(visit)

    def _in_hand(self, source: str) -> int:
        return sum(1 for _, held in self.crawl.in_hand if held == source)

    async def _wait(self) -> bool:
        """Sleep until there may be more to take; False when all is done."""
        crawl = self.crawl
        if crawl.in_hand:
            await self._until_a_visit_ends()
            return True
        waiting = [source for source, queue in self.queues.items() if queue]
        if crawl.requeued or any(not crawl.breakers.is_open(source) for source in waiting):
            return True
        if await self._others_left_something():
            return True
        return bool(waiting) and await self._idle(min(crawl.breakers.until(source) for source in waiting))

    async def _until_a_visit_ends(self) -> None:
        """Or until a source that is left alone may be tried."""
        crawl = self.crawl
        times = [
            crawl.breakers.until(name) for name, queue in self.queues.items() if queue and crawl.breakers.is_open(name)
        ]
        seconds = max(LEAST_SECONDS, min(times) - time.time()) if times else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(crawl.visit_ended.wait(), seconds)

    async def _others_left_something(self) -> bool:
        """Take over what another run gave back or died over; else wait a while if one is still at work for us."""
        waiting = await self._waiting()
        held = {DueVisit(visit.property_hash, visit.source) for visit in waiting}
        left = self._elsewhere - held
        self._elsewhere = held
        self._seen_free = (self._seen_free | left) - held
        for visit in await self._due() if left else ():
            if visit in left:
                self.queues[visit.source].append(visit.property_hash)
        if held and not left:
            soonest = min(visit.until for visit in waiting) - time.time()
            await asyncio.sleep(min(max(soonest, LEAST_SECONDS), RECHECK_SECONDS))
        return bool(held or left)

    async def _idle(self, until: float) -> bool:
        """Wait for a source that is left alone, with nothing else to do; False where that takes too long."""
        seconds = max(0.0, until - time.time())
        if seconds > self._idle_left:
            for breaker in self.crawl.breakers.blocked_sources():
                logger.warning("%s; run the same command again then", breaker.sentence())
            return False
        self._idle_left -= seconds
        await wait(seconds, lambda: self.crawl.stopping)
        return True

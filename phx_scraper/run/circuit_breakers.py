"""The breakers of a run's sources, kept in the catalogue so that they survive restarts and hold for other processes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.errors import StorageError
from phx_scraper.run.breaker_news import News, Others, Word
from phx_scraper.run.circuit_breaker import CLOSED, HALF_OPEN, OPEN, CircuitBreaker, Limits, SourceFailure
from phx_scraper.run.connectivity import UNREACHED, Connectivity
from phx_scraper.run.resources import RunResources
from phx_scraper.storage.catalogue import breakers, requeue
from phx_scraper.storage.catalogue.breakers import BreakerRow

logger = logging.getLogger("phx_scraper")


class CircuitBreakers:
    """Told of good and bad answers, asked by the frontier whom it may visit."""

    def __init__(self, run: RunResources, sources: Sequence[str], limits: Limits) -> None:
        self._run = run
        self._all = {source: CircuitBreaker(BreakerRow(source), limits) for source in sources}
        self.reach = Connectivity(limits.failures)
        self._one_at_a_time = asyncio.Lock()
        self._unwritten: dict[str, News] = {}

    async def begin(self) -> None:
        """Take over what earlier runs left."""
        rows = await self._run.read(breakers.read)
        for source, breaker in self._all.items():
            breaker.take_over(rows.get(source, breaker.row))
        for breaker in self.blocked_sources():
            self._run.block_source(breaker.row.source)
            if breaker.until > time.time():
                logger.warning("%s", breaker.sentence())

    async def follow(self) -> None:
        """Do as other processes on the catalogue do."""
        async with self._one_at_a_time:
            await self._follow()

    async def _follow(self) -> None:
        rows = await self._run.read(breakers.read)
        for source, breaker in self._all.items():
            if source in self._unwritten:  # what the rows say of it is older than what is known here
                continue
            was_open = breaker.state == OPEN
            if breaker.adopt(rows.get(source, BreakerRow(source))):
                self._open(breaker)
            elif was_open and breaker.state == CLOSED:
                self._close(breaker)

    def blocked_sources(self) -> list[CircuitBreaker]:
        """The open ones, in the order of the sources."""
        return [breaker for breaker in self._all.values() if breaker.state == OPEN]

    def is_open(self, source: str) -> bool:
        """Whether the source is left alone."""
        return source in self._all and self._all[source].state == OPEN

    def until(self, source: str) -> float:
        """When an open one may be tried, in seconds since 1970."""
        return self._all[source].until

    def capacity(self, source: str, window: int) -> int:
        """How many visits of a source may be in hand, `window` at most: none while open, one on trial."""
        breaker = self._all.get(source)
        return window if breaker is None else {CLOSED: window, HALF_OPEN: 1, OPEN: 0}[breaker.state]

    async def record_success(self, source: str, kind: Kind, host: str = "") -> None:
        """A page or a photo was had from a host of the source, or it said clearly that there is none.

        It clears what that host did; without a host, what any of this kind did.
        """
        breaker = self._all.get(source)
        if breaker is None or not breaker.failures:
            return
        was_on_trial = breaker.on_trial
        self._hear(breaker, lambda any_of_it: any_of_it.record_success(kind, host))
        if was_on_trial and breaker.state == CLOSED:
            self._close(breaker)
        await self._write(breaker)

    async def record_failure(self, source: str, kind: Kind, trouble: SourceFailure, host: str = "") -> None:
        """A page or a photo was refused by a host of the source or could not be had, after all tries.

        It counts at once and is written afterwards: while a slow disk takes its time, nothing more may leave. What
        other processes counted is added when it is written: together they open one breaker.
        """
        breaker = self._all.get(source)
        self.reach.lost(source, host, trouble.reason)
        if breaker is None or self._blame_this_machine(self.reach.is_offline(self._busy())):
            return
        now = time.time()
        if self._hear(breaker, lambda any_of_it: any_of_it.record_failure(kind, trouble, now, host)):
            self._open(breaker)
        await self._write(breaker)

    def run_ends(self) -> None:
        """Nothing is left to ask: where nobody answered any of it, say so."""
        self._blame_this_machine(self.reach.was_offline())

    def _busy(self) -> set[str]:
        return {source for _, source in self._run.in_hand}

    def _blame_this_machine(self, is_offline: bool) -> bool:
        if is_offline:
            self._run.stop("offline", self.reach.sentence())
        return is_offline

    async def take_back(self) -> None:
        """Hold nothing against homes and sources that came of being offline; when the last visit has ended."""
        async with self._one_at_a_time:
            with suppress(StorageError):
                await self._run.write(requeue.take_back, self._run.run_id, UNREACHED, self.reach.since)
        for breaker in self._all.values():
            self._hear(breaker, lambda any_of_it: any_of_it.take_back(UNREACHED))
            await self._write(breaker)

    async def start_trial(self, source: str) -> None:
        """Begin the trial of a source whose time has come, unless another process has it."""
        breaker = self._all.get(source)
        if breaker is None:
            return
        async with self._one_at_a_time:
            opened_at, now = breaker.row.opened_at, time.time()
            if breaker.state != OPEN or breaker.until > now:
                return
            if not await self._run.write(breakers.take_trial, source, opened_at, now):
                await self._follow()
                return
            breaker.begin_trial(now)
            self._run.count(f"phx/breaker/{source}/half_open")
            self._run.unblock_source(source)
            logger.info("%s is tried again with one home", source)

    def _open(self, breaker: CircuitBreaker) -> None:
        source = breaker.row.source
        self._run.count(f"phx/breaker/{source}/opened")
        self._run.block_source(source)
        logger.warning("%s", breaker.sentence())

    def _close(self, breaker: CircuitBreaker) -> None:
        source = breaker.row.source
        self._run.count(f"phx/breaker/{source}/closed")
        self._run.unblock_source(source)
        logger.info("%s answers again", source)

    def _hear(self, breaker: CircuitBreaker, one: Word) -> bool:
        """Count what was heard, and have it written if it changes anything; returns what `one` returns."""
        source, row, on_trial = breaker.row.source, breaker.row, breaker.on_trial
        answer = one(breaker)
        if breaker.row != row:
            self._unwritten.setdefault(source, News(row, on_trial, [])).words.append(one)
        return answer

    async def _write(self, breaker: CircuitBreaker) -> None:
        source = breaker.row.source
        if source not in self._unwritten:
            return
        async with self._one_at_a_time:
            news = self._unwritten.pop(source, None)
            if news is None:  # the write before this one took it along
                return
            others = Others(breaker, news)
            with suppress(StorageError):  # the run is stopping then, and has said why
                await self._run.write(others.merge, news.known, breaker.row)
                if others.stand is not None:
                    self._agree(breaker, others.stand)

    def _agree(self, breaker: CircuitBreaker, stand: CircuitBreaker) -> None:
        """Stand as the row does that other processes had changed, with what was heard since."""
        later = self._unwritten.get(breaker.row.source)
        if later is not None:
            later.known, later.on_trial = stand.row, stand.on_trial
            stand = later.added_to(stand)
        was_open = breaker.state == OPEN
        breaker.stand_as(stand)
        if breaker.state == OPEN and not was_open:
            self._open(breaker)
        elif was_open and breaker.state != OPEN:
            self._close(breaker)

"""What one run is at: the visits in hand from lease to end, and the sources that may be asked."""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import Any

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.errors import DecoderUnavailable, Refused, StorageError
from phx_scraper.model.outcome import AWAY, LISTED, TROUBLE, Outcome
from phx_scraper.model.visit import LEASE_SECONDS, DueVisit, Finished, VisitLease
from phx_scraper.run import signals
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.circuit_breaker import Limits, SourceFailure, failure_of
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.run.connectivity import UNREACHED
from phx_scraper.run.end_visit import PicturesGone, VisitEnd
from phx_scraper.run.photo_denials import PhotoDenials
from phx_scraper.run.remade_pictures import RemadePictures
from phx_scraper.run.resources import RunResources
from phx_scraper.run.run_start import note_start
from phx_scraper.run.saved_visits import SavedVisits
from phx_scraper.run.take_up_saves import take_up_saves
from phx_scraper.run.tally_writer import TallyWriter
from phx_scraper.run.visit_notes import VisitNotes
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.catalogue import leases
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.photo_counts import visit_rows

logger = logging.getLogger("phx_scraper")


class RunContext(RunResources):
    """The shared state of one run: its resources, the visits in hand, its breakers."""

    def __init__(self, job: CrawlArguments, crawler: Crawler, catalogue: Catalogue | None = None) -> None:
        super().__init__(job, crawler, catalogue)
        self.shared.run, self.shared.told_to_wait = self, self._told_to_wait
        self.visit_ended = asyncio.Event()
        # Visits to take up once more: those of a source that is left alone, and those with a lost picture.
        self.requeued: deque[DueVisit] = deque()
        self.brought = VisitNotes()
        self.visits = VisitService(job, self.catalogue, self.files, self.decoders.process)
        limits = Limits(self.options.breaker_failures, self.options.breaker_cooldown, self.options.max_retry_after)
        # Offline nobody is asked, so nobody is left alone.
        self.breakers = CircuitBreakers(self, () if self.options.offline else job.sources, limits)
        self.saved = SavedVisits()
        self.remade = RemadePictures(self)
        self.tally_writer = TallyWriter(self)
        self.photo_denials = PhotoDenials(self.options.breaker_failures)
        # Visits in hand whose photos were refused, until they are finished.
        self.photo_refusals: dict[tuple[str, str], Refused] = {}
        crawler.signals.connect(self.breakers.reach.heard, signal=scrapy_signals.response_downloaded)
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_error)
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_dropped)

    @property
    def refresh_days(self) -> float:
        """The age at which a finished visit is looked at again; offline only what was saved since is."""
        return math.inf if self.options.offline else self.job.refresh_days

    async def begin(self) -> None:
        """Register the run, its homes and visits; finish what a killed run left behind."""
        await self.start_threads()
        await self.sql(self.visits.register, self.run_id, lambda: self.stopping)
        self.job = self.visits.job
        self.saved = await take_up_saves(self)
        known = await self.read(visit_rows, self.property_hashes, self.job.sources)
        await self.write(note_start, self, self.visits.goes_on, known)
        await self.breakers.begin()
        self.crawler.signals.send_catch_log(signals.run_begun, crawl=self, known=known)

    async def lease(self, property_hash: str, source: str) -> VisitLease | None:
        """Take one visit in hand, or None where another run holds it."""
        page_before = self.started_at - self.refresh_days * leases.DAY
        mine = self.run_id, self.holder, time.time(), LEASE_SECONDS
        visit = await self.write(leases.lease, DueVisit(property_hash, source), *mine, page_before)
        if visit is not None:
            self.in_hand[property_hash, source] = visit
        return visit

    async def page_ended(self, visit: VisitLease, ending: Outcome) -> None:
        """End a visit whose pages gave no listing; its source's breaker hears of the host that is to blame.

        Good answers it has heard of as they came. A refusal that another way made good is none of its business.
        """
        trouble = failure_of(ending)
        if trouble is not None:
            await self.breakers.record_failure(visit.source, "page", trouble, ending.host)
        if ending.name == "pending":
            await self.release(visit, ending.reason)
        else:
            await self.finish(visit, ending)

    async def finish(self, visit: VisitLease, ending: Outcome) -> None:
        """End a visit by name, regroup its home, refresh its folder; the visit is marked done last."""
        if self.stop_reason == "offline" and ending.reason in UNREACHED:
            await self.release(visit, "offline")
            return
        told = self.brought.told(visit)
        ending = replace(ending, detail="; ".join(filter(None, (ending.detail, told))))
        kept = told if ending.name in LISTED else ending.detail
        not_before, wanted = self._not_before(visit, ending), not self.job.dry_run
        ways = self.shared.tally.take_ways(visit.property_hash, visit.source)
        end = VisitEnd(visit, ending.name, time.time(), ending.reason, kept, not_before, wanted, ways)
        try:
            finished = await self._finished(end)
        except (StorageError, DecoderUnavailable):
            self.drop(visit)
        else:
            self.count(f"phx/photos/duplicate/{visit.source}", finished.duplicates)
            if finished.reopened:
                self.requeued.append(DueVisit(visit.property_hash, visit.source))
            self._ended(visit, ending)

    async def _finished(self, end: VisitEnd) -> Finished:
        """Comparing and decoding pictures takes long: both are done before, and not in the catalogue's thread."""
        plan = await self.run_or_stop("pages", functools.partial(self.visits.prepare, end.visit.property_hash))
        restored: set[str] = set()
        while True:
            try:
                return await self.sql(self.visits.finish, end, plan, restored)
            except PicturesGone as gone:
                await self.run_or_stop("images", functools.partial(self.visits.restore, gone.images))
                restored.update(image.path for image in gone.images)

    def _not_before(self, visit: VisitLease, ending: Outcome) -> float | None:
        """A refusal or failure is not asked about again at once, for that is slowing down; offline nobody was asked."""
        if ending.name not in TROUBLE or self.options.offline:
            return None
        if self.breakers.is_open(visit.source):
            return self.breakers.until(visit.source)
        return time.time() + max(self.options.breaker_cooldown, ending.retry_after or 0.0)

    async def release(self, visit: VisitLease, reason: str) -> None:
        """Give a visit back unfinished; this run takes it up when its source answers again, or the next run does."""
        try:
            await self.write(leases.release, visit, reason)
        except StorageError:
            self.drop(visit)
        else:
            if not self.stopping:
                self.requeued.append(DueVisit(visit.property_hash, visit.source))
            self._ended(visit, Outcome("pending", reason))

    def _ended(self, visit: VisitLease, ending: Outcome) -> None:
        self._let_go(visit)
        self.count(f"phx/visits/{visit.source}/{ending.name}")
        detail = ": ".join(part for part in (ending.reason, ending.detail) if part)
        logger.info("%s | %s | %s%s", visit.address, visit.source, ending.name, f" ({detail})" if detail else "")
        self.visit_ended.set()
        self.crawler.signals.send_catch_log(signals.visit_ended, crawl=self, visit=visit, ending=ending)

    def drop(self, visit: VisitLease) -> None:
        """Forget a visit that another run has taken over, or that this one cannot end."""
        self._let_go(visit)
        self.visit_ended.set()

    def _let_go(self, visit: VisitLease) -> None:
        self.in_hand.pop((visit.property_hash, visit.source), None)
        self.brought.drop(visit)

    async def _item_lost(self, item: Any) -> None:
        """A pipeline failed on or dropped an item: its visit must not stay in hand for ever."""
        visit = self.in_hand.get((getattr(item, "property_hash", ""), getattr(item, "source", "")))
        if visit is None:
            return
        if self.stop_reason in {"disk", "storage", AWAY}:
            self.drop(visit)
            return
        try:
            await self.finish(visit, Outcome("error", "item_lost", "a pipeline failed on it or dropped it"))
        except Exception:
            # What failed the item may fail this too; the visit then stays pending instead of holding up the run.
            logger.exception("%s at %s could not be ended and stays pending", visit.address, visit.source)
            self.drop(visit)

    async def _told_to_wait(self, source: str, kind: Kind, host: str, seconds: float) -> None:
        """A source named a time that no request waits for: none of its requests leaves before."""
        with suppress(StorageError):  # the run is stopping then, and has said why
            await self.breakers.record_failure(source, kind, SourceFailure("refusal", "rate_limited", seconds), host)

    async def release_all(self) -> None:
        """Release every visit still in hand; the next run goes on with them."""
        for visit in list(self.in_hand.values()):
            await self.release(visit, self.stop_reason or "stopped")
        if self.stop_reason == "offline":
            await self.breakers.take_back()

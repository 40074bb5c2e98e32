"""What one run holds open: catalogue, files, workers, and the visits it has in hand."""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler
from sqlalchemy import Connection

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.downloader.scrapy_internals import drop_queued, is_closing
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.downloader.state import state_of
from phx_scraper.errors import DecoderUnavailable, DiskFull, LeaseLost, Refused, StorageError
from phx_scraper.model.outcome import LISTED, TROUBLE, Outcome
from phx_scraper.model.visit import LEASE_SECONDS, DueVisit, Finished, VisitLease
from phx_scraper.reconcile.restore_picture import decoder_pool
from phx_scraper.run import signals
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.circuit_breaker import Limits, SourceFailure
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.run.connectivity import UNREACHED
from phx_scraper.run.end_visit import PicturesGone, VisitEnd
from phx_scraper.run.photo_denials import PhotoDenials
from phx_scraper.run.source_health import failure_of
from phx_scraper.run.threads import ThreadPools
from phx_scraper.run.visit_notes import VisitNotes
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.catalogue import leases
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files.paths import CATALOGUE
from phx_scraper.storage.files.store import FileStore
from phx_scraper.storage.process_identity import this_holder

P = ParamSpec("P")
R = TypeVar("R")

# The event loop waits for the interpreter no longer than this when pictures are in work (Python's default: 5 ms).
SWITCH_SECONDS = 0.001

logger = logging.getLogger("phx_scraper")


class RunContext:
    """The shared state of one run, used on the event loop; work of any length goes to `run_in` and `sql`."""

    def __init__(self, job: CrawlArguments, crawler: Crawler, catalogue: Catalogue | None = None) -> None:
        self.job = job
        self.options = job.options
        self.crawler = crawler
        self.shared = state_of(crawler)
        self.shared.run, self.shared.told_to_wait = self, self._told_to_wait
        self.run_id = new_run_id()
        self.holder = this_holder()
        self.started_at = time.time()
        self.moved_at = time.monotonic()
        self.stop_reason = ""
        self.visit_ended = asyncio.Event()
        self.in_hand: dict[tuple[str, str], VisitLease] = {}
        # Visits to take up once more: those of a source that is left alone, and those with a lost picture.
        self.requeued: deque[DueVisit] = deque()
        # How often each source has been asked again after it was left alone: what was closed in it is open again then.
        self.trials: Counter[str] = Counter()
        self.brought = VisitNotes()
        self._dry_folder = tempfile.TemporaryDirectory(prefix="phx-dry-run-") if job.dry_run else None
        self.files = FileStore(Path(self._dry_folder.name) if self._dry_folder else self.options.images_store)
        self.catalogue = catalogue or Catalogue.open(self._catalogue_file())
        self.decoders = decoder_pool(self.options)
        self.visits = VisitService(job, self.catalogue, self.files, self.decoders.process)
        self._workers = ThreadPools(self.options.image_workers)
        limits = Limits(self.options.breaker_failures, self.options.breaker_cooldown, self.options.max_retry_after)
        self.breakers = CircuitBreakers(self, job.sources, limits)
        self.photo_denials = PhotoDenials(self.options.breaker_failures)
        # Visits in hand whose photos were refused, until they are finished.
        self.photo_refusals: dict[tuple[str, str], Refused] = {}
        self._connect(crawler)

    def _catalogue_file(self) -> Path:
        return self.files.root / CATALOGUE if self.job.dry_run else self.options.catalogue_file

    def _connect(self, crawler: Crawler) -> None:
        crawler.signals.connect(self.breakers.reach.heard, signal=scrapy_signals.response_downloaded)
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_error)
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_dropped)

    async def sql(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work on the catalogue in its thread; it keeps its order. Trouble with disk or catalogue stops the run."""
        return await self._or_stop("catalogue", functools.partial(function, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Change the catalogue: one function of its own, in a transaction of its own."""

        def transaction() -> R:
            with self.catalogue.transaction() as tx:
                return function(tx, *args, **kwargs)

        return await self.sql(transaction)

    async def read(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask the catalogue: one function of its own, after what was written before."""

        def question() -> R:
            with self.catalogue.reading() as tx:
                return function(tx, *args, **kwargs)

        return await self.sql(question)

    async def _or_stop(self, pool: str, function: Callable[[], R]) -> R:
        """No home is to blame for such trouble: what it meets stays pending, and the next run has it."""
        try:
            return await self.run_in(pool, function)
        except LeaseLost:
            raise
        except (StorageError, DecoderUnavailable) as error:
            self.stop(stop_reason(error), str(error))
            raise

    async def run_in(self, pool: str, function: Callable[[], R]) -> R:
        """Run work off the event loop: `pages`, `images`, `files` or `catalogue`."""
        return await self._workers.run(pool, function)

    @property
    def stopping(self) -> bool:
        """Whether nothing new may be begun: a signal, a guard, a bound of Scrapy's own (CLOSESPIDER_…) or the end."""
        return bool(self.stop_reason) or is_closing(self.crawler)

    @property
    def property_hashes(self) -> list[str]:
        """The homes of this run, in the order of the input."""
        return self.job.property_hashes

    async def begin(self) -> None:
        """Register the run, its homes and visits; finish what a killed run left behind."""
        sys.setswitchinterval(SWITCH_SECONDS)
        # What is imported by now stays: the collector need not go through it again, which holds up the loop by 100 ms.
        gc.freeze()
        await self._workers.start()
        known = await self.sql(self.visits.register, self.run_id, lambda: self.stopping)
        self.job = self.visits.job
        await self.breakers.begin()
        self.crawler.signals.send_catch_log(signals.run_begun, crawl=self, known=known)

    async def lease(self, property_hash: str, source: str) -> VisitLease | None:
        """Take one visit in hand, or None where another run holds it."""
        page_before = self.started_at - self.job.refresh_days * leases.DAY
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
        end = VisitEnd(visit, ending.name, time.time(), ending.reason, kept, not_before, wanted)
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
        plan = await self._or_stop("pages", functools.partial(self.visits.plan_duplicates, end.visit.property_hash))
        restored: set[str] = set()
        while True:
            try:
                return await self.sql(self.visits.finish, end, plan, restored)
            except PicturesGone as gone:
                await self._or_stop("images", functools.partial(self.visits.restore, gone.images))
                restored.update(image.path for image in gone.images)

    def _not_before(self, visit: VisitLease, ending: Outcome) -> float | None:
        """A refusal or failure is not asked about again at once: that is what slowing down means."""
        if ending.name not in TROUBLE:
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
        if self.stop_reason in {"disk", "storage"}:
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

    def block_source(self, source: str) -> None:
        """Let no request of the source leave any more, those that wait for their turn included."""
        self.shared.gate.blocked_sources.add(source)
        waiting = SourceBlocked(f"{source} is left alone")
        drop_queued(self.crawler, waiting, (page_slot(source), photo_slot(source)))

    def unblock_source(self, source: str) -> None:
        """Let requests of the source leave again."""
        self.shared.gate.blocked_sources.discard(source)
        self.trials[source] += 1

    def stop(self, reason: str, sentence: str) -> None:
        """Begin nothing new and close the spider; what is unfinished stays for the next run."""
        if self.stop_reason:
            return
        self.stop_reason = reason
        logger.error("stopping: %s", sentence)
        if not self.shared.gate.closing and self.crawler.engine.running:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def count(self, key: str, by: int = 1) -> None:
        """Add to a stat of this crawl; whatever is counted shows that the run moves."""
        self.moved_at = time.monotonic()
        self.crawler.stats.inc_value(key, by)

    async def release_all(self) -> None:
        """Release every visit still in hand; the next run goes on with them."""
        for visit in list(self.in_hand.values()):
            await self.release(visit, self.stop_reason or "stopped")
        if self.stop_reason == "offline":
            await self.breakers.take_back()

    async def close(self) -> None:
        """Close the catalogue and let the workers end."""
        for name in ("pages", "images", "files"):
            await self._workers.close(name)
        self.decoders.close()
        await self.sql(self.catalogue.close)
        await self._workers.close("catalogue")
        if self._dry_folder is not None:
            await asyncio.to_thread(self._dry_folder.cleanup)


def stop_reason(error: BaseException) -> str:
    """How trouble of this machine's own ends a run."""
    if isinstance(error, DiskFull):
        return "disk"
    return "decoder" if isinstance(error, DecoderUnavailable) else "storage"

"""What one run holds open: catalogue, files, workers, and the visits it has in hand."""

from __future__ import annotations

import asyncio
import functools
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper import signals
from phx_scraper.endings import Ending
from phx_scraper.imaging.rule import Rule, RuleName
from phx_scraper.job import Job
from phx_scraper.options import CrawlOptions
from phx_scraper.pipelines.decide import decider
from phx_scraper.pipelines.judge import judge
from phx_scraper.pipelines.picture import restorer
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.files import FileStore
from phx_scraper.storage.holder import this_holder
from phx_scraper.storage.records import Finished, LeaseLost, RunRow, VisitLease, VisitRow
from phx_scraper.storage.runs import new_run_id
from phx_scraper.views.folders import write_home
from phx_scraper.views.manifest import write_manifest

P = ParamSpec("P")
R = TypeVar("R")

LEASE_SECONDS = 90.0
# The event loop waits for the interpreter no longer than this when pictures are in work (Python's default: 5 ms).
SWITCH_SECONDS = 0.001
# The manifest is rewritten no more often than this while homes finish: seconds, and times what one writing took.
MANIFEST_SECONDS = 2.0
MANIFEST_SHARE = 30.0

logger = logging.getLogger("phx_scraper")


class Crawl:
    """The shared state of one run. Pages, pictures, files and SQL have threads of their own, off the event loop."""

    def __init__(self, job: Job, crawler: Crawler) -> None:
        self.job = job
        self.options = job.options
        self.crawler = crawler
        self.run_id = new_run_id()
        self.holder = this_holder()
        self.started_at = time.time()
        self.stop_reason = ""
        self.reopened = 0
        self.visit_ended = asyncio.Event()
        self.in_hand: dict[tuple[str, str], VisitLease] = {}
        self._dry_folder = tempfile.TemporaryDirectory(prefix="phx-dry-run-") if job.dry_run else None
        self.files = FileStore(Path(self._dry_folder.name) if self._dry_folder else self.options.images_store)
        own = self.files.root / "metadata" / "catalogue.sqlite"
        self.catalogue = Catalogue.open(own if job.dry_run else self.options.catalogue_place)
        self.decide = decider(_rule(self.options))
        self.restore = restorer(self.files, self.options)
        self._manifest_due = 0.0
        # Writers mostly wait for the disk; in the image threads they would leave a core idle.
        workers = self.options.image_workers
        self._sizes = {"catalogue": 1, "pages": 1, "images": workers, "files": workers}
        self._threads = {name: ThreadPoolExecutor(size, name) for name, size in self._sizes.items()}
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_error)
        crawler.signals.connect(self._item_lost, signal=scrapy_signals.item_dropped)

    async def sql(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a catalogue call in its thread; calls keep their order."""
        return await self.run_in("catalogue", functools.partial(function, *args, **kwargs))

    async def run_in(self, pool: str, function: Callable[[], R]) -> R:
        """Run work off the event loop: `pages`, `images`, `files` or `catalogue`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads[pool], function)

    async def _start_threads(self) -> None:
        """Start every thread while nothing else runs: later a start waits for the interpreter, and so does the loop."""
        for pool, size in self._sizes.items():
            barrier = threading.Barrier(size)
            await asyncio.gather(*(self.run_in(pool, barrier.wait) for _ in range(size)))

    @property
    def stopping(self) -> bool:
        """Whether nothing new may be begun: a signal, a guard or the end."""
        engine = self.crawler.engine
        return bool(self.stop_reason) or not engine.running

    @property
    def property_hashes(self) -> list[str]:
        """The homes of this run, in the order of the input."""
        return [home.property_hash for home in self.job.homes]

    async def begin(self) -> None:
        """Register the run, its homes and visits; finish what a killed run left behind."""
        sys.setswitchinterval(SWITCH_SECONDS)
        await self._start_threads()
        known = await self.sql(self._register)
        self.crawler.signals.send_catch_log(signals.run_begun, crawl=self, known=known)

    def _register(self) -> list[VisitRow]:
        """Returns the visits of this run as they stand before its first request."""
        job, catalogue, now = self.job, self.catalogue, time.time()
        goes_on = self._goes_on(catalogue.last_run(job.spider))
        catalogue.start_run(self.run_id, job.spider, job.arguments, now)
        if job.fresh and not goes_on:
            catalogue.forget(self.property_hashes, job.sources)
        catalogue.register(job.homes, job.sources, self.run_id)
        if job.force and not goes_on:
            catalogue.requeue(self.property_hashes, job.sources)
        catalogue.remove_unreferenced(self.files)
        return catalogue.visits(self.property_hashes, job.sources)

    def _goes_on(self, last: RunRow | None) -> bool:
        """Whether this is the same command as one that was stopped: what that one did is not undone again."""
        return last is not None and last.ending != "finished" and last.arguments == self.job.arguments

    async def lease(self, property_hash: str, source: str) -> VisitLease | None:
        """Take one visit in hand, or None where another run holds it."""
        visit = await self.sql(
            self.catalogue.lease, property_hash, source, self.run_id, self.holder, time.time(), LEASE_SECONDS
        )
        if visit is not None:
            self.in_hand[property_hash, source] = visit
        return visit

    async def finish(self, visit: VisitLease, ending: Ending) -> None:
        """End a visit by name, regroup its home, refresh its folder; the visit is marked done last."""
        not_before = self._not_before(ending)
        try:
            finished = await self.sql(self._finish, visit, ending, not_before)
        except LeaseLost:
            self.drop(visit)
        else:
            self.count(f"phx/photos/duplicate/{visit.source}", finished.duplicates)
            self.reopened += finished.reopened
            self._ended(visit, ending)

    def _finish(self, visit: VisitLease, ending: Ending, not_before: float | None) -> Finished:
        finished = self.catalogue.finish_visit(
            visit,
            ending.outcome,
            ending.reason,
            self.decide,
            time.time(),
            not_before,
            restore=self.restore,
            judge=judge,
            photos_wanted=not self.job.dry_run,
        )
        self.catalogue.remove_unreferenced(self.files)
        if not self.job.dry_run:
            write_home(self.catalogue, self.files, visit.property_hash)
            self._refresh_manifest()
        return finished

    def _refresh_manifest(self) -> None:
        """The manifest follows as homes finish, at a cost of a few percent however long it grows."""
        if time.monotonic() >= self._manifest_due:
            began = time.monotonic()
            write_manifest(self.catalogue, self.files)
            ended = time.monotonic()
            self._manifest_due = ended + max(MANIFEST_SECONDS, MANIFEST_SHARE * (ended - began))

    def _not_before(self, ending: Ending) -> float | None:
        """A refusal or failure is not asked about again at once: that is what slowing down means."""
        if ending.outcome not in {"blocked", "error"}:
            return None
        return time.time() + max(self.options.breaker_cooldown, ending.retry_after or 0.0)

    async def release(self, visit: VisitLease, reason: str) -> None:
        """Give a visit back unfinished; the next run goes on with it."""
        try:
            await self.sql(self.catalogue.release, visit, reason)
        except LeaseLost:
            self.drop(visit)
        else:
            self._ended(visit, Ending("pending", reason))

    def _ended(self, visit: VisitLease, ending: Ending) -> None:
        self.in_hand.pop((visit.property_hash, visit.source), None)
        self.count(f"phx/visits/{visit.source}/{ending.outcome}")
        detail = ": ".join(part for part in (ending.reason, ending.detail) if part)
        logger.info("%s | %s | %s%s", visit.address, visit.source, ending.outcome, f" ({detail})" if detail else "")
        self.visit_ended.set()
        self.crawler.signals.send_catch_log(signals.visit_ended, crawl=self, visit=visit, ending=ending)

    def drop(self, visit: VisitLease) -> None:
        """Forget a visit that another run has taken over, or that this one cannot end."""
        self.in_hand.pop((visit.property_hash, visit.source), None)
        self.visit_ended.set()

    async def _item_lost(self, item: Any) -> None:
        """A pipeline failed on or dropped an item: its visit must not stay in hand for ever."""
        visit = self.in_hand.get((getattr(item, "property_hash", ""), getattr(item, "source", "")))
        if visit is None:
            return
        try:
            await self.finish(visit, Ending("error", "item_lost", "a pipeline failed on it or dropped it"))
        except Exception:
            # What failed the item may fail this too; the visit then stays pending instead of holding up the run.
            logger.exception("%s at %s could not be ended and stays pending", visit.address, visit.source)
            self.drop(visit)

    def stop(self, reason: str, sentence: str) -> None:
        """Begin nothing new and close the spider; what is unfinished stays for the next run."""
        if not self.stop_reason:
            self.stop_reason = reason
            logger.error("stopping: %s", sentence)
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def count(self, key: str, by: int = 1) -> None:
        """Add to a stat of this crawl."""
        self.crawler.stats.inc_value(key, by)

    async def give_back(self) -> None:
        """Release every visit still in hand; the next run goes on with them."""
        for visit in list(self.in_hand.values()):
            await self.release(visit, self.stop_reason or "stopped")

    async def close(self) -> None:
        """Close the catalogue and let the workers end."""
        for name in ("pages", "images", "files"):
            await asyncio.to_thread(self._threads[name].shutdown, wait=True)
        await self.sql(self.catalogue.close)
        self._threads["catalogue"].shutdown(wait=False)
        if self._dry_folder is not None:
            await asyncio.to_thread(self._dry_folder.cleanup)


def _rule(options: CrawlOptions) -> Rule:
    name: RuleName = "plain" if options.duplicate_rule == "plain" else "verified"
    return Rule(name, options.duplicate_distance, options.duplicate_dhash_distance)

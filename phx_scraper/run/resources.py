"""What a run is made of: arguments, store, catalogue, threads and decoders; trouble with one of them stops it."""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from scrapy.crawler import Crawler
from sqlalchemy import Connection

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.scrapy_internals import drop_queued, is_closing
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.downloader.state import state_of
from phx_scraper.errors import DecoderUnavailable, DiskFull, LeaseLost, ServerAway, StorageError, UnsafePath
from phx_scraper.imaging.categories.vision_weights import has_weights
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.checks import Finding
from phx_scraper.model.outcome import AWAY
from phx_scraper.model.visit import VisitLease
from phx_scraper.reconcile.restore_picture import decoder_pool
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.thread_pools import ThreadPools
from phx_scraper.run.transactions import in_transaction
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.paths import CATALOGUE
from phx_scraper.storage.process_identity import this_holder

P = ParamSpec("P")
R = TypeVar("R")

# The event loop waits for the interpreter no longer than this when pictures are in work (Python's default: 5 ms).
SWITCH_SECONDS = 0.001

logger = logging.getLogger("phx_scraper")


class RunResources:
    """The resources of one run, and the visits that it has in hand; used on the event loop.

    Work of any length goes to `run_in`, `sql`, `read`, `write`.
    """

    def __init__(self, job: CrawlArguments, crawler: Crawler, catalogue: Catalogue | None = None) -> None:
        self.job = job
        self.options = job.options
        self.crawler = crawler
        self.shared = state_of(crawler)
        self.run_id = new_run_id()
        self.holder = this_holder()
        self.started_at = time.time()
        self.moved_at = time.monotonic()
        self.stop_reason = ""
        # What the checks find that neither the list nor the catalogue can tell at the end.
        self.findings: set[Finding] = set()
        self.in_hand: dict[tuple[str, str], VisitLease] = {}
        # How often each source has been asked again after it was left alone: what was closed in it is open again then.
        self.trials: Counter[str] = Counter()
        self._dry_folder = tempfile.TemporaryDirectory(prefix="phx-dry-run-") if job.dry_run else None
        self.files = open_store(Path(self._dry_folder.name) if self._dry_folder else self.options.images_store)
        self.catalogue = catalogue or Catalogue.open(self._catalogue_place())
        self.decoders = decoder_pool(self.options, square=self.options.vision and has_weights())
        self._workers = ThreadPools(self.options.image_workers)

    def _catalogue_place(self) -> CataloguePlace:
        return Path(self._dry_folder.name) / CATALOGUE if self._dry_folder else self.options.catalogue

    async def start_threads(self) -> None:
        """Make threads that give way to the event loop; before the first call of `run_in`."""
        sys.setswitchinterval(SWITCH_SECONDS)
        # What is imported by now stays: the collector need not go through it again, which holds up the loop by 100 ms.
        gc.freeze()
        await self._workers.start()

    async def sql(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work on the catalogue in its thread; it keeps its order. Trouble with disk or catalogue stops the run."""
        return await self.run_or_stop("catalogue", functools.partial(function, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Change the catalogue: one function of its own, in a transaction of its own."""
        return await self.sql(in_transaction, self.catalogue.transaction, function, *args, **kwargs)

    async def read(self, function: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask the catalogue: one function of its own, after what was written before."""
        return await self.sql(in_transaction, self.catalogue.reading, function, *args, **kwargs)

    async def run_or_stop(self, pool: str, function: Callable[[], R]) -> R:
        """No home is to blame for such trouble: what it meets stays pending, and the next run has it."""
        try:
            return await self.run_in(pool, function)
        except LeaseLost:
            raise
        except (StorageError, DecoderUnavailable) as error:
            self.stop_for(error)
            raise

    async def run_in(self, pool: str, function: Callable[[], R]) -> R:
        """Run work off the event loop: `pages`, `images`, `files` or `catalogue`."""
        return await self._workers.run(pool, function)

    @property
    def busy_seconds(self) -> dict[str, float]:
        """Seconds that the threads of each pool have worked so far."""
        return self._workers.busy

    @property
    def stopping(self) -> bool:
        """Whether nothing new may be begun: a signal, a guard, a bound of Scrapy's own (CLOSESPIDER_…) or the end."""
        return bool(self.stop_reason) or is_closing(self.crawler)

    @property
    def property_hashes(self) -> list[str]:
        """The homes of this run, in the order of the input."""
        return self.job.property_hashes

    def stop_for(self, error: StorageError | DecoderUnavailable) -> None:
        """Stop because of trouble of this machine's own."""
        if isinstance(error, UnsafePath):
            self.findings.add(Finding("unsafe_path", str(error)))
        self.stop(stop_reason(error), str(error))

    def stop(self, reason: str, sentence: str) -> None:
        """Begin nothing new and close the spider; what is unfinished stays for the next run."""
        if self.stop_reason:
            return
        self.stop_reason = reason
        logger.error("stopping: %s", sentence)
        if not self.shared.gate.closing and self.crawler.engine.running:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def block_source(self, source: str) -> None:
        """Let no request of the source leave any more, those that wait for their turn included."""
        self.shared.gate.blocked_sources.add(source)
        waiting = SourceBlocked(f"{source} is left alone")
        drop_queued(self.crawler, waiting, (page_slot(source), photo_slot(source)))

    def unblock_source(self, source: str) -> None:
        """Let requests of the source leave again."""
        self.shared.gate.blocked_sources.discard(source)
        self.trials[source] += 1

    def count(self, key: str, by: int = 1) -> None:
        """Add to a stat of this crawl; whatever is counted shows that the run moves."""
        self.moved_at = time.monotonic()
        self.crawler.stats.inc_value(key, by)

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
    if isinstance(error, ServerAway):
        return AWAY
    return "decoder" if isinstance(error, DecoderUnavailable) else "storage"

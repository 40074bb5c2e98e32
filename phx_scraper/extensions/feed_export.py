"""Feeds (`-o`, `-O`, FEEDS) from the catalogue: a feed is complete even if the run found nothing new."""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, FileFeedStorage
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from phx_scraper.errors import StorageError
from phx_scraper.items import ListingItem
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_or_none
from phx_scraper.views.feed_records import VisitRecord, fixed_columns, in_order, open_columns, visit_records

HOMES_AT_ONCE = 5
"""Homes whose records are read and written before the event loop runs again."""

logger = logging.getLogger("phx_scraper")


class CatalogueFeedExporter(FeedExporter):
    """Scrapy's exporter, but fed at the end of a crawl: duplicates are decided then, and unchanged homes are included.

    A new feed has every home of the list at every source of the run; a feed that is appended to (`-o` with an existing
    file) gets the visits that this run ended. With a pipeline of the user's own behind ours, the feed has the items of
    that pipeline, as in Scrapy, and is not changed when there are none.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.uses_own_pipeline = has_own_pipeline(crawler.settings)
        if self.uses_own_pipeline:
            for options in self.feeds.values():
                options["store_empty"] = False

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Ignore listings, which are exported at the end."""
        if self.uses_own_pipeline or not isinstance(item, ListingItem):
            super().item_scraped(item, spider)

    async def close_spider(self, spider: Spider) -> None:
        """Does nothing for a crawl, whose feeds `finish` writes; else as in Scrapy."""
        if run_or_none(self.crawler) is None:
            await super().close_spider(spider)

    async def finish(self, crawl: RunContext) -> None:
        """Write the feeds while the catalogue is still open; a feed that cannot be written is not changed.

        Then the run is incomplete, which its exit code shows.
        """
        spider = self.crawler.spider
        assert spider is not None
        try:
            if not self.uses_own_pipeline:
                await self._export(crawl, spider)
            await super().close_spider(spider)
        except (OSError, StorageError) as error:
            logger.error("the feeds could not be written (%s): what was there stays", error)
            crawl.stop_reason = crawl.stop_reason or "feeds"

    async def _export(self, crawl: RunContext, spider: Spider) -> None:
        appended = [slot for slot in self.slots if _is_appended(slot)]
        rewritten = [slot for slot in self.slots if slot not in appended]
        written: list[FeedSlot] = []
        for slots, run in ((rewritten, ""), (appended, crawl.run_id)):
            self.slots = slots
            if slots:
                await self._set_columns(crawl, run)
                async for record in self._records(crawl, run):
                    super().item_scraped(record, spider)
            written += self.slots
        self.slots = written

    async def _records(self, crawl: RunContext, run: str) -> AsyncIterator[VisitRecord]:
        homes = crawl.property_hashes
        for start in range(0, len(homes), HOMES_AT_ONCE):
            part = homes[start : start + HOMES_AT_ONCE]
            for record in await crawl.sql(visit_records, crawl.catalogue, part, crawl.job.sources, run):
                yield record

    async def _set_columns(self, crawl: RunContext, run: str) -> None:
        """CSV needs its columns before its first row; a file that is appended to keeps its columns."""
        without_fields = [slot for slot in self.slots if slot.format == "csv" and not slot.feed_options["fields"]]
        if not without_fields:
            return
        more: set[str] = set()
        async for record in self._records(crawl, run):
            more |= open_columns(record)
        names = [*fixed_columns(), *in_order(more)]
        for slot in without_fields:
            slot.feed_options = {**slot.feed_options, "fields": _header_of(slot) or names}


class AtomicFileStorage(FileFeedStorage):
    """Overwrites a file atomically: the new one gets its name when it is complete; until then the old one stays."""

    def open(self, spider: Spider) -> IO[bytes]:
        """A temporary file in the same folder, or the file to append to."""
        if self.write_mode != "wb":
            return super().open(spider)
        path = Path(self.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)

    def store(self, file: IO[bytes]) -> None:
        """Close the file; replace the old one by it."""
        file.close()
        if self.write_mode == "wb":
            Path(file.name).chmod(0o666 & ~_umask())
            Path(file.name).replace(self.path)


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def _is_appended(slot: FeedSlot) -> bool:
    """Whether the feed is appended to a file that is not empty."""
    path = Path(getattr(slot.storage, "path", ""))
    return getattr(slot.storage, "write_mode", "") == "ab" and path.is_file() and path.stat().st_size > 0


def _header_of(slot: FeedSlot) -> list[str]:
    """The columns of a file that is appended to; empty for any other."""
    if not _is_appended(slot):
        return []
    path = Path(slot.storage.path)  # type: ignore[attr-defined]
    with path.open(encoding=slot.feed_options["encoding"] or "utf-8", newline="") as file:
        return [name.removeprefix("'") for name in next(csv.reader(file), [])]


def has_own_pipeline(settings: BaseSettings) -> bool:
    """Whether a pipeline of the user's own comes behind ours; then the feeds have its items."""
    pipelines = settings.getwithbase("ITEM_PIPELINES")
    chosen = {load_object(path): order for path, order in pipelines.items() if order is not None}
    last_of_ours = max((order for made, order in chosen.items() if _is_ours(made)), default=0)
    return any(order > last_of_ours for order in chosen.values())


def _is_ours(made: Any) -> bool:
    return bool(made.__module__.startswith("phx_scraper."))

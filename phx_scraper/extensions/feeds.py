"""Feeds (`-o`, `-O`, FEEDS) that hold what the catalogue knows, so that a run with nothing new leaves them whole."""

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
"""Homes whose records are read and written between two turns of the event loop."""

logger = logging.getLogger("phx_scraper")


class WholeFeeds(FeedExporter):
    """Scrapy's, but fed at the end of a crawl: duplicates are decided by then, and unchanged homes are in it too.

    A feed that is written anew holds every home of the list at every source of the run; one that is appended to (`-o`,
    and something is there) gets the visits that this run ended. Where a pipeline of the user's own comes behind ours,
    the feed holds what that gives, as Scrapy does it, and stays as it is when that gives nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.is_users_own = has_own_pipeline(crawler.settings)
        if self.is_users_own:
            for options in self.feeds.values():
                options["store_empty"] = False

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Leave listings to the end."""
        if self.is_users_own or not isinstance(item, ListingItem):
            super().item_scraped(item, spider)

    async def close_spider(self, spider: Spider) -> None:
        """Of a crawl: nothing, because `finish` has been called for; else as Scrapy does it."""
        if run_or_none(self.crawler) is None:
            await super().close_spider(spider)

    async def finish(self, crawl: RunContext) -> None:
        """Write the feeds while the catalogue is still open; a feed that cannot be written keeps what it held.

        Such a run has not done all that it was asked for, and says so by its exit code.
        """
        spider = self.crawler.spider
        assert spider is not None
        try:
            if not self.is_users_own:
                await self._export(crawl, spider)
            await super().close_spider(spider)
        except (OSError, StorageError) as error:
            logger.error("the feeds could not be written (%s): what was there stays", error)
            crawl.stop_reason = crawl.stop_reason or "feeds"

    async def _export(self, crawl: RunContext, spider: Spider) -> None:
        appended = [slot for slot in self.slots if _is_appended(slot)]
        anew = [slot for slot in self.slots if slot not in appended]
        written: list[FeedSlot] = []
        for slots, run in ((anew, ""), (appended, crawl.run_id)):
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
        """CSV has its columns before its first row; one that is appended to keeps those that it has."""
        open_ones = [slot for slot in self.slots if slot.format == "csv" and not slot.feed_options["fields"]]
        if not open_ones:
            return
        more: set[str] = set()
        async for record in self._records(crawl, run):
            more |= open_columns(record)
        names = [*fixed_columns(), *in_order(more)]
        for slot in open_ones:
            slot.feed_options = {**slot.feed_options, "fields": _header_of(slot) or names}


class WholeFileStorage(FileFeedStorage):
    """A file that is overwritten gets its name when it is whole; until then, and if that fails, the old one stays."""

    def open(self, spider: Spider) -> IO[bytes]:
        """A file beside the one that it will replace, or the one to append to."""
        if self.write_mode != "wb":
            return super().open(spider)
        path = Path(self.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)

    def store(self, file: IO[bytes]) -> None:
        """Close it; put it in its place."""
        file.close()
        if self.write_mode == "wb":
            Path(file.name).chmod(0o666 & ~_umask())
            Path(file.name).replace(self.path)


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def _is_appended(slot: FeedSlot) -> bool:
    """Whether something is there already, and stays."""
    path = Path(getattr(slot.storage, "path", ""))
    return getattr(slot.storage, "write_mode", "") == "ab" and path.is_file() and path.stat().st_size > 0


def _header_of(slot: FeedSlot) -> list[str]:
    """The columns of a file that is appended to; none of any other."""
    if not _is_appended(slot):
        return []
    path = Path(slot.storage.path)  # type: ignore[attr-defined]
    with path.open(encoding=slot.feed_options["encoding"] or "utf-8", newline="") as file:
        return [name.removeprefix("'") for name in next(csv.reader(file), [])]


def has_own_pipeline(settings: BaseSettings) -> bool:
    """Whether a pipeline of the user's comes behind ours, so that feeds hold what that gives."""
    pipelines = settings.getwithbase("ITEM_PIPELINES")
    chosen = {load_object(path): order for path, order in pipelines.items() if order is not None}
    last_of_ours = max((order for made, order in chosen.items() if _is_ours(made)), default=0)
    return any(order > last_of_ours for order in chosen.values())


def _is_ours(made: Any) -> bool:
    return bool(made.__module__.startswith("phx_scraper."))

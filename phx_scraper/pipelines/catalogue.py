"""The catalogue's two steps: a listing is recorded before its photos are fetched, a visit is finished after them."""

from __future__ import annotations

import time
from collections import Counter

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from phx_scraper.crawl import Crawl
from phx_scraper.endings import Ending
from phx_scraper.errors import StorageError
from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.pages.base import host
from phx_scraper.storage.judging import CONTRADICTION
from phx_scraper.storage.records import ListingRecord, PhotoCounts, PhotoRecord, PhotoRow, VisitLease
from phx_scraper.words import counted


class _CataloguePipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _CataloguePipeline:
        """Keep the crawler, whose spider holds the crawl."""
        return cls(crawler)

    @property
    def crawl(self) -> Crawl:
        """The run's shared state."""
        return self.crawler.spider.crawl  # type: ignore[union-attr,attr-defined,no-any-return]

    def visit(self, item: ListingItem) -> VisitLease:
        """The visit that the item belongs to. Raises DropItem if another run holds it by now."""
        visit = self.crawl.in_hand.get((item.property_hash, item.source))
        if visit is None:
            raise DropItem(f"{item.asked_address} at {item.source} is no longer in this run's hands")
        return visit


class RecordListingPipeline(_CataloguePipeline):
    """Writes the listing and its photos, all pending, in one transaction; a crash then leaves just the missing ones."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Record a listing that a page gave; one that the catalogue gave is there already."""
        visit = self.visit(item)
        if not item.resumed:
            try:
                rows = await self.crawl.sql(self.crawl.catalogue.record_listing, visit, _record(item), time.time())
            except StorageError as lost:
                self.crawl.drop(visit)
                raise DropItem(str(lost)) from lost
            await self.crawl.breakers.good(item.source, "page", host(item.url))
            known = {row.key: row for row in rows}
            self.crawl.count(f"phx/photos/found/{item.source}", len(item.photos))
            item.photos = [photo for photo in item.photos if _claim(photo, known)]
        return item


class FinishVisitPipeline(_CataloguePipeline):
    """Ends the visit when its last photo is final; unfinished ones go back to the catalogue."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Finish or release the visit of a listing."""
        crawl, visit = self.crawl, self.visit(item)
        states = Counter(photo.state for photo in item.photos)
        refused = crawl.photo_refusals.pop((item.property_hash, item.source), None)
        if refused is not None:
            await crawl.finish(visit, Ending("blocked", refused.reason, refused.detail, refused.retry_after))
        elif states["pending"] and not crawl.job.dry_run:
            await crawl.release(visit, "left_alone" if crawl.breakers.is_open(item.source) else "stopped")
        else:
            await crawl.finish(visit, await self._counted_ending(visit, item))
        return item

    async def _counted_ending(self, visit: VisitLease, item: ListingItem) -> Ending:
        try:
            return await self._ending(item)
        except StorageError as error:
            self.crawl.drop(visit)
            raise DropItem(str(error)) from error

    async def _ending(self, item: ListingItem) -> Ending:
        crawl = self.crawl
        if crawl.job.dry_run:
            return Ending("ok" if item.photos else "empty", "dry_run", counted(len(item.photos), "photo"))
        counts = await crawl.sql(crawl.catalogue.photo_counts, item.property_hash, item.source)
        if counts.found == 0:
            return Ending("empty", item.status)
        # Photos refused with their listing are judged anew at its ending.
        if counts.stored + counts.duplicates + counts.failures.get(CONTRADICTION, 0) == 0:
            return Ending("error", "no_photo_usable", f"all {counts.failed} failed")
        return Ending("ok", detail=_summary(item, counts))


def _summary(item: ListingItem, counts: PhotoCounts) -> str:
    """What a person wants to know of a good visit: how many photos, and what is missing of the claim."""
    parts = ["1 photo" if counts.found == 1 else f"{counts.found} photos"]
    if counts.failed:
        parts.append(f"{counts.failed} failed ({', '.join(sorted(counts.failures))})")
    # A picture that was had before stays where it could not be had anew.
    kept = [photo.reason for photo in item.photos if photo.state == "failed" and photo.raw_sha256]
    if kept:
        parts.append(f"{len(kept)} not renewed ({', '.join(sorted(set(kept)))})")
    if item.claimed_photo_count is not None and item.claimed_photo_count > counts.found:
        parts.append(f"the page claims {item.claimed_photo_count}")
    return ", ".join(parts)


def _record(item: ListingItem) -> ListingRecord:
    return ListingRecord(
        url=item.url,
        address=item.address,
        status=item.status,
        ids=item.ids,
        listing_date=item.listing_date,
        claimed_photo_count=item.claimed_photo_count,
        facts=item.facts,
        evidence=tuple((piece["kind"], piece["asked"], piece["found"]) for piece in item.evidence),
        refused=tuple(sorted(item.refused.items())),
        photos=tuple(
            PhotoRecord(photo.key, photo.position, photo.url, photo.caption, photo.kind, photo.fallbacks)
            for photo in item.photos
        ),
    )


def _claim(photo: PhotoItem, known: dict[str, PhotoRow]) -> bool:
    """Give a photo its catalogue row; False if the catalogue has that photo already."""
    row = known.get(photo.key)
    if row is not None:
        photo.photo_id, photo.raw_sha256 = row.id, row.raw_sha256 or ""
    return row is not None

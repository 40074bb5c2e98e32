"""A listing is recorded before its photos are fetched."""

from __future__ import annotations

import time

from scrapy.exceptions import DropItem

from phx_scraper.errors import StorageError
from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.model.listing import ListingRecord
from phx_scraper.model.photo import PhotoRecord, PhotoRow
from phx_scraper.pages.base import host
from phx_scraper.pipelines.visit_pipeline import VisitPipeline
from phx_scraper.storage.catalogue import listings


class RecordListingPipeline(VisitPipeline):
    """Writes the listing and its photos, all pending, in one transaction; a crash then leaves just the missing ones."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Record a listing that a page gave; one that the catalogue gave is there already."""
        visit = self.visit(item)
        if not item.resumed:
            try:
                rows = await self.crawl.write(listings.record, visit, _record(item), time.time())
            except StorageError as lost:
                self.crawl.drop(visit)
                raise DropItem(str(lost)) from lost
            await self.crawl.breakers.record_success(item.source, "page", host(item.url))
            known = {row.key: row for row in rows}
            self.crawl.count(f"phx/photos/found/{item.source}", len(item.photos))
            item.photos = [photo for photo in item.photos if _claim(photo, known)]
        return item


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

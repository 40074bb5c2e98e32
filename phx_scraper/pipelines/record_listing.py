"""A listing is recorded before its photos are fetched."""

from __future__ import annotations

import time

from scrapy.exceptions import DropItem

from phx_scraper.errors import StorageError
from phx_scraper.items import ListingItem
from phx_scraper.pages.page_text import host
from phx_scraper.pipelines.visit_pipeline import VisitPipeline
from phx_scraper.storage.catalogue import listings


class RecordListingPipeline(VisitPipeline):
    """Writes the listing and its photos, all pending, in one transaction; a crash then leaves just the missing ones."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Record a listing that a page gave; one that the catalogue gave is there already."""
        visit = self.visit(item)
        if not item.resumed:
            try:
                pending = await self.crawl.write(listings.record, visit, item.listing, time.time(), item.saved_at)
            except StorageError as lost:
                self.crawl.drop(visit)
                raise DropItem(str(lost)) from lost
            if item.saved_at is None:
                await self.crawl.breakers.record_success(item.source, "page", host(item.url))
            self.crawl.count(f"phx/photos/found/{item.source}", len(item.photos))
            item.photos = pending
        return item

"""Refuses listings that prove nothing: without evidence, of another source, or with photos of foreign hosts."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.exceptions import DropItem

from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.pipelines.visit_pipeline import VisitPipeline
from phx_scraper.run.endings import Ending
from phx_scraper.sources import SOURCES


class ValidatePipeline(VisitPipeline):
    """Lets a listing pass only with recorded evidence; ends its visit as error otherwise."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Check one listing. Raises DropItem after naming the visit's ending."""
        crawl = self.crawl
        if not item.evidence:
            await crawl.finish(crawl.in_hand[item.property_hash, item.source], Ending("error", "no_evidence"))
            raise DropItem(f"{item.asked_address}: {item.url} comes without evidence of the home")
        hosts = SOURCES[item.source].photo_hosts
        foreign = [photo for photo in item.photos if not _is_of(photo, hosts)]
        if foreign:
            item.photos = [photo for photo in item.photos if _is_of(photo, hosts)]
            item.refused["foreign_host"] = item.refused.get("foreign_host", 0) + len(foreign)
        for reason, count in item.refused.items():
            crawl.count(f"phx/photos/refused/{reason}", count)
        return item


def _is_of(photo: PhotoItem, hosts: frozenset[str]) -> bool:
    parts = urlsplit(photo.url)
    return parts.scheme in {"http", "https"} and parts.hostname in hosts

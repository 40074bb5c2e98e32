"""Refuses listings that prove nothing: without evidence, of another source, or with photos of foreign hosts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy.exceptions import DropItem

from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.photo import Photo
from phx_scraper.pipelines.visit_pipeline import VisitPipeline
from phx_scraper.sources import SOURCES


class ValidatePipeline(VisitPipeline):
    """Lets a listing pass only with recorded evidence; ends its visit as error otherwise."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Check one listing. Raises DropItem after naming the visit's ending."""
        crawl = self.crawl
        if not item.evidence:
            await crawl.finish(crawl.in_hand[item.property_hash, item.source], Outcome("error", "no_evidence"))
            raise DropItem(f"{item.asked_address}: {item.url} comes without evidence of the home")
        hosts = SOURCES[item.source].photo_hosts
        own = tuple(photo for photo in item.photos if _is_of(photo, hosts))
        if len(own) < len(item.photos):
            item.listing = _with_only(own, item.listing)
        for reason, count in item.listing.refused:
            crawl.count(f"phx/photos/refused/{reason}", count)
        return item


def _with_only(own: tuple[Photo, ...], listing: Listing) -> Listing:
    refused = Counter(dict(listing.refused))
    refused["foreign_host"] += len(listing.photos) - len(own)
    return replace(listing, photos=own, refused=tuple(refused.items()))


def _is_of(photo: Photo, hosts: frozenset[str]) -> bool:
    if photo.is_embedded and photo.data:
        return True
    parts = urlsplit(photo.url)
    return parts.scheme in {"http", "https"} and parts.hostname in hosts

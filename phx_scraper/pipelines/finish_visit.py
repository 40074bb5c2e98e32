"""A visit is finished when its last photo is final."""

from __future__ import annotations

from scrapy.exceptions import DropItem

from phx_scraper.errors import StorageError
from phx_scraper.items import ListingItem
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.reasons import PARTIAL
from phx_scraper.model.visit import VisitLease
from phx_scraper.pipelines.visit_pipeline import VisitPipeline
from phx_scraper.storage.catalogue.apply_cross_check import CONTRADICTION
from phx_scraper.storage.catalogue.photo_counts import shown_totals
from phx_scraper.views.human_text import counted


class FinishVisitPipeline(VisitPipeline):
    """Ends the visit when its last photo is final; unfinished ones go back to the catalogue."""

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Finish or release the visit of a listing."""
        crawl, visit = self.crawl, self.visit(item)
        refused = crawl.photo_refusals.pop((item.property_hash, item.source), None)
        if refused is not None:
            await crawl.finish(visit, Outcome("blocked", refused.reason, refused.detail, refused.retry_after))
        elif any(photo.is_open for photo in item.photos) and not crawl.job.dry_run:
            await crawl.release(visit, "left_alone" if crawl.breakers.is_open(item.source) else "stopped")
        else:
            await crawl.finish(visit, await self._counted_outcome(visit, item))
        return item

    async def _counted_outcome(self, visit: VisitLease, item: ListingItem) -> Outcome:
        try:
            return await self._outcome(item)
        except StorageError as error:
            self.crawl.drop(visit)
            raise DropItem(str(error)) from error

    async def _outcome(self, item: ListingItem) -> Outcome:
        counts = await self.crawl.read(shown_totals, item.property_hash, item.source)
        if self.crawl.job.dry_run:
            return Outcome("ok" if counts.found else "empty", "dry_run", counted(counts.found, "photo"))
        if counts.found == 0:
            return Outcome("empty", item.status)
        # Photos refused with their listing are judged anew at its ending.
        if counts.had + counts.failures.get(CONTRADICTION, 0) == 0:
            return Outcome("error", "no_photo_usable", f"all {counts.failed} failed")
        return Outcome("ok", PARTIAL if _is_short(item, counts) else "", _summary(item, counts))


def _is_short(item: ListingItem, counts: PhotoCounts) -> bool:
    """Whether the page showed a part of its photos, and the others are not known from elsewhere."""
    return item.listing.partial and (item.claimed_photo_count is None or item.claimed_photo_count > counts.found)


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

"""What the pipelines share that work on the visit of an item."""

from __future__ import annotations

from scrapy.exceptions import DropItem

from phx_scraper.downloader.state import CrawlPart
from phx_scraper.items import ListingItem
from phx_scraper.model.visit import VisitLease
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_of


class VisitPipeline(CrawlPart):
    """A pipeline that knows the run and the visits in hand."""

    @property
    def crawl(self) -> RunContext:
        """The run's shared state."""
        return run_of(self.crawler)

    def visit(self, item: ListingItem) -> VisitLease:
        """The visit that the item belongs to. Raises DropItem if another run holds it by now."""
        visit = self.crawl.in_hand.get((item.property_hash, item.source))
        if visit is None:
            raise DropItem(f"{item.asked_address} at {item.source} is no longer in this run's hands")
        return visit

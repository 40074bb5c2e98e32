"""All sources in one crawl: each visit goes to its source's spider, and all are in flight together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.items import ListingItem
from phx_scraper.model.visit import VisitLease
from phx_scraper.sources import SOURCES
from phx_scraper.spiders.base import HomeSpider


def spider_of(source: str) -> type[HomeSpider]:
    """The spider class of a source, in the module with the source's name."""
    module = import_module(f"phx_scraper.spiders.{source}")
    return next(
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, HomeSpider) and found.source == source
    )


class AllSpider(HomeSpider):
    """Photos of homes from every source."""

    name = "all"
    sources = tuple(sorted(SOURCES, key=lambda name: SOURCES[name].priority))
    delegates: dict[str, HomeSpider]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> HomeSpider:
        """Open one crawl and share it with every source's spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, AllSpider)
        spider.delegates = {
            source: spider_of(source).from_crawler(crawler, crawl=spider.crawl) for source in spider.crawl.job.sources
        }
        return spider

    async def begin(self, visit: VisitLease) -> AsyncIterator[Request | ListingItem]:
        """Delegate the visit to its source's spider."""
        async for result in self.delegates[visit.source].begin(visit):
            yield result

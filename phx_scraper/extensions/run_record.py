"""Ends a run: views written, the run recorded, the catalogue closed; says what came of it."""

from __future__ import annotations

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper import signals
from phx_scraper.crawl import Crawl
from phx_scraper.extensions.summary import Summary, summarise, totals_of
from phx_scraper.views import write_all
from phx_scraper.views.run_record import write_run_record


class RunRecord:
    """Closes the crawl when its spider closes; `summary` then holds what came of it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.summary: Summary | None = None
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        """Connect to the spider's closing."""
        return cls(crawler)

    async def end(self, reason: str) -> None:
        """Write the views, finish the run's row, tell the others, close."""
        crawl: Crawl = self.crawler.spider.crawl  # type: ignore[union-attr,attr-defined]
        await crawl.give_back()
        self.summary = await crawl.sql(_record, crawl, reason)
        self.crawler.signals.send_catch_log(signals.run_ended, crawl=crawl, summary=self.summary)
        await crawl.close()


def _record(crawl: Crawl, ending: str) -> Summary:
    summary = summarise(crawl, ending)
    crawl.catalogue.finish_run(crawl.run_id, ending, totals_of(summary), crawl.started_at + summary.seconds)
    if not crawl.job.dry_run:
        write_all(crawl.catalogue, crawl.files)
        write_run_record(crawl.catalogue, crawl.files, crawl.run_id)
    return summary

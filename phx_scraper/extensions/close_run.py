"""Ends a run: writes the views, records the run, writes the report, closes the catalogue and sends the summary."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from scrapy import signals as scrapy_signals
from scrapy.crawler import Crawler

from phx_scraper.downloader.state import CrawlPart
from phx_scraper.errors import StorageError
from phx_scraper.extensions.crawl_report import write_report_of
from phx_scraper.extensions.feed_export import CatalogueFeedExporter
from phx_scraper.extensions.robots_txt import RobotsTxt
from phx_scraper.extensions.run_checks import run_checks
from phx_scraper.extensions.run_stages import RunStages
from phx_scraper.extensions.run_summary import Summary, summarise, totals_of
from phx_scraper.model.visit import VisitRow
from phx_scraper.run import signals
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_or_none
from phx_scraper.storage.catalogue import run_details, runs
from phx_scraper.views import write_changed
from phx_scraper.views.run_record import record_of, remove_old_records, write_run_record

logger = logging.getLogger("phx_scraper")


class CloseRun(CrawlPart):
    """Closes the crawl when its spider closes; `summary` then has its result, `record` its record if one is wanted."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.summary: Summary | None = None
        self.record: dict[str, Any] | None = None
        self.known_before: frozenset[tuple[str, str]] = frozenset()
        self.stages = RunStages()
        crawler.signals.connect(self.begin, signal=signals.run_begun)
        crawler.signals.connect(self.end, signal=scrapy_signals.spider_closed)

    def begin(self, known: list[VisitRow]) -> None:
        """Remember the visits that earlier runs have finished, to count what is new since then."""
        self.stages.next("collecting")
        self.known_before = frozenset((visit.property_hash, visit.source) for visit in known if visit.finished_at)

    async def end(self, reason: str) -> None:
        """Write the views, finish the run's row, send `run_ended`, close."""
        crawl = run_or_none(self.crawler)
        if crawl is None:
            return  # Not a spider of ours, or one page of `scrapy fetch`.
        await crawl.remade.end()
        self.stages.next("closing")
        await crawl.release_all()
        await crawl.tally_writer.flush()
        try:
            self.summary = await crawl.sql(summarise, crawl, crawl.stop_reason or reason, self.known_before)
            for sentence in self.summary.captcha_warnings:
                logger.warning("%s", sentence)
            await crawl.sql(_record, crawl, self.summary, self._robots(), self.stages)
            if crawl.job.tells_record:
                self.record = await crawl.sql(record_of, crawl.catalogue, crawl.run_id)
        except StorageError as error:
            # The next run writes what is missing here: the catalogue knows what was done.
            logger.error("the end of the run could not be recorded: %s", error)
        feeds = self.crawler.get_extension(CatalogueFeedExporter)
        if feeds is not None:
            await feeds.finish(crawl)
        await crawl.sql(write_report_of, crawl)
        if self.summary is not None:
            self.summary = replace(self.summary, ending=crawl.stop_reason or self.summary.ending)
            self.crawler.signals.send_catch_log(signals.run_ended, crawl=crawl, summary=self.summary)
        await crawl.close()

    def _robots(self) -> dict[str, Any]:
        """What each host's robots.txt was found to say."""
        asked = self.crawler.get_extension(RobotsTxt)
        return asked.found if asked else {}


def _record(crawl: RunContext, summary: Summary, robots: dict[str, Any], stages: RunStages) -> None:
    ending, checks = summary.ending, run_checks(crawl)
    with crawl.catalogue.transaction() as tx:
        totals = {**totals_of(summary), **checks, "robots": robots}
        runs.finish(tx, crawl.run_id, ending, totals, crawl.started_at + summary.seconds)
    if crawl.job.folder is not None:
        crawl.job.folder.ended(ending)
    if not crawl.job.dry_run:
        write_changed(crawl.catalogue, crawl.files)
        with crawl.catalogue.transaction() as tx:
            run_details.note_seconds(tx, crawl.run_id, stages.seconds(crawl))
            run_details.forget_old_details(tx)
        write_run_record(crawl.catalogue, crawl.files, crawl.run_id)
        remove_old_records(crawl.files)

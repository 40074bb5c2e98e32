"""The run of a crawl, found by its crawler."""

from __future__ import annotations

from scrapy.crawler import Crawler

from phx_scraper.downloader.state import state_of
from phx_scraper.run.context import RunContext


def run_of(crawler: Crawler) -> RunContext:
    """The run of a crawl of ours. Raises LookupError where the crawler has none."""
    run = run_or_none(crawler)
    if run is None:
        raise LookupError("this crawl has no list of homes: it was begun by a spider that is no HomeSpider")
    return run


def run_or_none(crawler: Crawler) -> RunContext | None:
    """The run of a crawl; None for another spider than ours, and for one page of `scrapy fetch`."""
    run = state_of(crawler).run
    return run if isinstance(run, RunContext) else None

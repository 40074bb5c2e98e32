"""The report after a crawl: trouble with it is told, and takes nothing from what the crawl has done."""

from __future__ import annotations

import logging

from phx_scraper.errors import PhxError
from phx_scraper.report.report_writer import write_report
from phx_scraper.run.context import RunContext

logger = logging.getLogger("phx_scraper")


def write_report_of(crawl: RunContext) -> None:
    """Bring the report up to date, unless PHX_REPORT or a dry run says not to, or the store has no views."""
    if crawl.job.dry_run or not (crawl.options.report and crawl.files.has_views):
        return
    try:
        write_report(crawl.catalogue, crawl.files)
    except PhxError as error:
        logger.error("the report could not be written: %s Everything else is; scrapy report tries again.", error)
    except Exception:
        logger.exception("the report could not be written, which is a fault of this program; everything else is")

"""`scrapy crawl --json`: the record of the run on standard output, once it has ended."""

from __future__ import annotations

import json
import sys

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from phx_scraper.commands.error_report import report_error
from phx_scraper.commands.output import leave_if_the_reader_is_gone
from phx_scraper.config.program_name import program_name
from phx_scraper.errors import CatalogueAway, StorageError, UsageError
from phx_scraper.extensions.close_run import CloseRun


def check_standard_output(settings: BaseSettings) -> None:
    """Raises UsageError where a feed goes there: nobody could tell the two documents apart."""
    for target in settings.getdict("FEEDS"):
        if str(target) == "-" or str(target).startswith("stdout:"):
            raise UsageError("--json and a feed would both go to standard output: name a file for the feed")


def ended_run(crawler: Crawler) -> CloseRun | None:
    """What is known of a run that has ended; None where it failed before it had begun."""
    try:
        return crawler.get_extension(CloseRun)
    except RuntimeError:  # The crawl failed before its extensions were made.
        return None


def print_record(ended: CloseRun | None, is_away: bool) -> None:
    """One document in any case: an error where the end of the run could not be recorded, as its server was away."""
    if ended is None or ended.record is None:
        kind = CatalogueAway if is_away else StorageError
        report_error(f"{program_name()} crawl", kind("the run left no record: the log says why"), as_json=True)
    else:
        try:
            sys.stdout.write(json.dumps(ended.record, indent=1) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            leave_if_the_reader_is_gone()

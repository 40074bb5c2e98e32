"""The report after a person's word: whoever looks at its pages sees what became of it when they load them again."""

from __future__ import annotations

import sys

from phx_scraper.config.fields import Config
from phx_scraper.errors import PhxError
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore


def refresh_report(config: Config, catalogue: Catalogue, files: FileStore) -> None:
    """Bring a report that is there up to date, unless PHX_REPORT says not to; trouble with it is a sentence."""
    if not config.report or not files.exists(INDEX):
        return
    try:
        write_report(catalogue, files)
    except PhxError as error:
        sys.stderr.write(f"the report could not be written: {error} Your word is kept; scrapy report tries again.\n")

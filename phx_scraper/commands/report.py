"""`scrapy report`: pages to look at homes, their photos and what was decided."""

from __future__ import annotations

import argparse
import contextlib
import sys
import webbrowser

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.config.reading import read_config
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.human_text import counted


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 written, 1 written but no browser was found for --open, 2 wrong use."""

    description = "Write pages of the homes, their photos and what was decided, to open in a browser"
    usage, most_arguments = "[options]", 0
    too_many = "report takes options only, for example: scrapy report --open"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--open", action="store_true", help="open the report in the browser")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write what is out of date, then say where it is."""
        config = read_config(self.settings)
        place = existing_catalogue(config)
        files = FileStore(config.images_store)
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            written = write_report(catalogue, files, look_again=True)
        index = files.path(INDEX)
        self.tell({"report": str(index), "written": written}, f"{index} ({counted(len(written), 'page')} written)\n")
        if opts.open and not webbrowser.open(index.as_uri()):
            sys.stderr.write("no browser was found to open it in: open the file yourself\n")
            return PROBLEMS
        return ALL_CLEAR

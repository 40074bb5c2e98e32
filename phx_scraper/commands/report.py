"""`scrapy report`: pages to look at homes, their photos and what was decided."""

from __future__ import annotations

import argparse
import contextlib
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.config.reading import read_config
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.reconcile.make_thumbnails import ThumbnailsMade, make_missing_thumbnails
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.open_store import open_store
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
        files = open_store(config.images_store)
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            made = make_missing_thumbnails(catalogue, files, config)
            written = write_report(catalogue, files, look_again=True)
        index = Path(files.place_of(INDEX))
        self.tell({"report": str(index), "written": written, "thumbnails": asdict(made)}, _text(index, written, made))
        if opts.open and not webbrowser.open(index.as_uri()):
            sys.stderr.write("no browser was found to open it in: open the file yourself\n")
            return PROBLEMS
        return ALL_CLEAR


def _text(index: Path, written: Sequence[str], made: ThumbnailsMade) -> str:
    done = [f"{counted(len(written), 'page')} written"]
    done += [f"{counted(made.made, 'small picture')} made"] if made.made else []
    done += [f"{made.not_made} not, as their pictures are gone"] if made.not_made else []
    done += [] if made.is_complete else ["others are made by the next report"]
    return f"{index} ({', '.join(done)})\n"

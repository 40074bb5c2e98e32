"""`scrapy diff RUN RUN`: homes, photos and facts of listings that changed from one run to another."""

from __future__ import annotations

import argparse
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.chosen_run import LATEST, PREVIOUS, chosen_run
from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.commands.difference_text import difference_text
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.views.run_difference import difference


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 shown, 2 wrong use.

    A run is told by its id, the beginning of it, `latest` or `previous`. One run is compared with the latest, none:
    previous with latest.
    """

    description = "Show what changed from one run to another: homes, photos, prices and other facts"
    usage, most_arguments = "[RUN] [RUN] [options]", 2
    too_many = "diff takes two runs at most, for example: scrapy diff previous latest"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        with opened_to_read(existing_catalogue(read_config(self.settings))) as catalogue:
            found = _difference(catalogue, args)
        self.tell(found, difference_text(found))
        return ALL_CLEAR


def _difference(catalogue: Catalogue, args: list[str]) -> dict[str, Any]:
    written = [*args, *([PREVIOUS, LATEST] if not args else [LATEST])][:2]
    with catalogue.reading() as tx:
        older, newer = sorted((chosen_run(tx, one) for one in written), key=_age)
        if older.run_id == newer.run_id:
            raise UsageError(f"{' and '.join(written)} are one run, {newer.run_id}: name two")
        return difference(tx, older, newer)


def _age(run: RunRow) -> tuple[float, str]:
    return run.started_at, run.run_id

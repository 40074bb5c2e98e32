"""`scrapy catalogue copy FROM TO`: all that is known, put from a file into a database of a server, or back."""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.config.locations import place_of
from phx_scraper.errors import StorageError, UsageError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.copy_rows import copy_rows
from phx_scraper.storage.catalogue.read_only_folder import is_there, opened_to_read
from phx_scraper.views.human_text import counted

COPY = "copy"


class Command(OwnCommand, ScrapyCommand):
    """Copies every row into an empty catalogue, whole or not at all; the old one and all pictures stay.

    Exit codes: 0 copied, 2 wrong use.
    """

    description = "Copy a catalogue from a file to PostgreSQL, or back"
    usage, most_arguments = "copy FROM TO [options]", 3
    too_many = "it is scrapy catalogue copy FROM TO, with nothing after it"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Copy and say how much."""
        if len(args) != 3 or args[0] != COPY:
            raise UsageError(
                "write scrapy catalogue copy FROM TO, each a file or postgresql+psycopg://USER@HOST/DATABASE"
            )
        old, new = place_of("FROM", args[1]), place_of("TO", args[2])
        if not is_there(old):
            raise UsageError(f"there is no catalogue {old} to copy from")
        if _is_same(old, new):
            raise UsageError(f"FROM and TO are the same catalogue {old}: name another place to copy to")
        counts = _copied(old, new)
        self.tell({"from": str(old), "to": str(new), "rows": counts}, _text(old, new, counts))
        return ALL_CLEAR


def _is_same(old: CataloguePlace, new: CataloguePlace) -> bool:
    if isinstance(old, Path) and isinstance(new, Path):
        return os.path.realpath(old) == os.path.realpath(new)
    return str(old) == str(new)


def _copied(old: CataloguePlace, new: CataloguePlace) -> dict[str, int]:
    with opened_to_read(old) as source:
        was_there = is_there(new)
        try:
            with contextlib.closing(Catalogue.open(new)) as target:
                return copy_rows(source, target)
        except StorageError:
            # An empty file that this made is nobody's.
            if isinstance(new, Path) and not was_there:
                new.unlink(missing_ok=True)
            raise


def _text(old: CataloguePlace, new: CataloguePlace, counts: dict[str, int]) -> str:
    told = ", ".join(counted(counts.get(table, 0), noun) for table, noun in (("homes", "home"), ("photos", "photo")))
    setting = "-s PHX_CATALOGUE_URL=…" if not isinstance(new, Path) else f"-s PHX_CATALOGUE_URL={new}"
    return (
        f"Copied {told} and all that is known of them ({sum(counts.values())} rows) from {old} to {new}.\n"
        f"It is used with {setting}; {old} stays as it is.\n"
    )

"""What our own commands share: their form, which file the catalogue is, and which homes are meant."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path

from scrapy.exceptions import UsageError as ScrapyUsageError

from phx_scraper.commands.checked_settings import Checked
from phx_scraper.config.fields import Config
from phx_scraper.errors import PhxError, UsageError
from phx_scraper.homes import parse_inline, read_addresses
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.registration import addresses, labels


class OwnCommand(Checked):
    """A command of ours, not Scrapy's: `work` gives its exit code; any error of ours is one sentence and exit code 2.

    Stands before Scrapy's own class; as a child of that one it would be listed by `scrapy -h` as a command itself.

    `description` is its line for `scrapy -h`, `usage` how it is called, `too_many` the sentence for further arguments.
    """

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's own form
    description, usage, too_many = "", "[homes.csv] [options]", "name one list of addresses at most"
    most_arguments = 1
    exitcode = 0

    def syntax(self) -> str:
        """How it is called."""
        return self.usage

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return self.description

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work."""
        if len(args) > self.most_arguments:
            raise ScrapyUsageError(self.too_many)
        try:
            self.exitcode = self.work(args, opts)
        except PhxError as error:
            self._refuse(str(error))

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Each command says its own; returns the exit code. Raises PhxError."""
        raise NotImplementedError(f"{type(self).__name__}.work")


def existing_catalogue(options: Config) -> Path:
    """The catalogue's file. Raises UsageError where there is none, rather than have an empty one made."""
    place = options.catalogue_file
    if not place.is_file():
        raise UsageError(
            f"there is no catalogue {place}; it is made by the first crawl (of another store: -s IMAGES_STORE=…); "
            "if it was lost, scrapy reconcile --rebuild makes it anew"
        )
    return place


def chosen_homes(arguments: Sequence[str], catalogue: Catalogue) -> list[str] | None:
    """What the catalogue calls the homes in a list of addresses; None (all) without one. Raises UsageError."""
    if not arguments:
        return None
    listed = read_addresses(arguments[0])[0]
    with catalogue.reading() as tx:
        return labels(tx, listed)


def listed_home(arguments: Sequence[str], catalogue: Catalogue, usage: str) -> str:
    """The label of the one home that is named; UsageError with the nearest known address where there is none."""
    if len(arguments) != 1:
        raise UsageError(usage)
    found, errors = parse_inline(arguments[0].replace(";", ","))
    if errors or len(found) != 1:
        raise UsageError(f"{arguments[0]!r} is no readable address: {errors[0].reason if errors else usage}")
    with catalogue.reading() as tx:
        label = labels(tx, found)
        known = addresses(tx)
    if len(label) == 1:
        return label[0]
    near = difflib.get_close_matches(found[0].address, known.values(), n=1, cutoff=0.0)
    hint = f"; the nearest that it knows is {near[0]}" if near else ""
    raise UsageError(f"the catalogue does not know {found[0].address}{hint}")


def chosen_sources(text: str) -> list[str]:
    """Source names from `a,b`; all of them for an empty text. Raises UsageError."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in SOURCES:
            raise UsageError(f"--sources: {name!r} is no source; known are {', '.join(SOURCES)}")
    return names or list(SOURCES)

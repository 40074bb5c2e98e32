"""What our own commands share: their form, which file the catalogue is, and which homes are meant."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phx_scraper.commands.checked_settings import Checked
from phx_scraper.commands.output import leave_if_the_reader_is_gone
from phx_scraper.config.fields import Config
from phx_scraper.config.nearest import no_such
from phx_scraper.config.program_name import as_typed
from phx_scraper.errors import UsageError
from phx_scraper.homes import parse_inline, read_addresses
from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import is_there
from phx_scraper.storage.catalogue.registration import addresses, labels


class OwnCommand(Checked):
    """A command of ours, not Scrapy's: `work` gives its exit code; any error is one sentence, and JSON with `--json`.

    Stands before Scrapy's own class; as a child of that one it would be listed by `scrapy -h` as a command itself.

    `description` is its line for `scrapy -h`, `usage` how it is called, `too_many` the sentence for further arguments.
    Each command's own docstring says its exit codes, after `Exit codes:`; `-h` shows them.
    """

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012 - Scrapy's own form
    description, usage, too_many = "", "[homes.csv] [options]", "name one list of addresses at most"
    most_arguments = 1
    has_json = True
    exitcode = 0

    def syntax(self) -> str:
        """How it is called."""
        return self.usage

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return self.description

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Every command can answer a program."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON, also for an error")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work."""
        try:
            if len(args) > self.most_arguments:
                raise UsageError(self.too_many)
            self.exitcode = self.work(args, opts)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, BrokenPipeError):
                leave_if_the_reader_is_gone()
            self._refuse(error)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Each command says its own; returns the exit code. Raises PhxError."""
        raise NotImplementedError(f"{type(self).__name__}.work")

    def tell(self, document: Any, text: str) -> None:
        """Print the document with `--json`, else the text."""
        sys.stdout.write(json.dumps(document, indent=1) + "\n" if self.as_json else as_typed(text))


def existing_catalogue(options: Config) -> CataloguePlace:
    """Where the catalogue is. Raises UsageError where there is none, rather than have an empty one made."""
    place = options.catalogue
    if not is_there(place):
        if isinstance(place, CatalogueServer):
            raise UsageError(
                f"the database {place} holds no catalogue: the first crawl makes it, or scrapy catalogue copy brings"
                " one there (setting PHX_CATALOGUE_URL)"
            )
        again = "scrapy reconcile --rebuild makes it anew"
        if not isinstance(options.images_store, Path):
            again = "put its copy there, for a bucket has no lists to make it anew from"
        raise UsageError(
            f"there is no catalogue {place}; it is made by the first crawl (of another store: -s IMAGES_STORE=…); "
            f"if it was lost, {again}"
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


def listed_homes(text: str, catalogue: Catalogue, usage: str) -> list[str]:
    """The labels of the homes that are named, with `;` between them; UsageError for the first that nobody knows."""
    texts = [one for one in text.split(";") if one.strip()]
    if not texts:
        raise UsageError(usage)
    return list(dict.fromkeys(listed_home([one], catalogue, usage) for one in texts))


def chosen_sources(text: str) -> list[str]:
    """Source names from `a,b`; all of them for an empty text. Raises UsageError."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in SOURCES:
            raise UsageError(no_such(f"--sources: {name!r} is no source", SOURCES, name))
    return names or list(SOURCES)

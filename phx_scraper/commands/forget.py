"""`scrapy forget`: takes homes off the catalogue, with the photos that nobody else shows and their folders."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import asdict

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, chosen_homes, existing_catalogue, listed_homes
from phx_scraper.commands.killed_run import add_killed, check_killed, end_killed_run
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.report.navigation import INDEX
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.crawls_at_work import refuse_at_work
from phx_scraper.storage.catalogue.forget_homes import Forgettable, forget_homes, forgettable
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.catalogue.registration import addresses
from phx_scraper.storage.catalogue.removal_queue import has_notes
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views.finish_removals import finish_removals
from phx_scraper.views.human_text import counted


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 done or shown, 2 wrong use, also while a crawl is at work."""

    description = "Take homes off the catalogue, with photos that no other home shows; a dry run unless --yes"
    usage = '"ADDRESS; ADDRESS; …" | --not-in HOMES.CSV [options]'
    too_many = 'name a home, in quotes, or --not-in homes.csv: scrapy forget "4732 W Davis Rd, Glendale, AZ 85306"'

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--not-in", default="", metavar="HOMES.CSV", help="every home that this list does not name")
        add_killed(parser)
        parser.add_argument("--yes", action="store_true", help="do it, rather than say what would be done")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Say what would go, and with --yes let it go."""
        config = read_config(self.settings)
        check_killed(opts)
        place = existing_catalogue(config)
        # Without --yes nothing changes, so it works where nothing can be written, and while a crawl is at work.
        with contextlib.closing(Catalogue.open(place)) if opts.yes else opened_to_read(place) as catalogue:
            if opts.yes:
                end_killed_run(catalogue, opts.killed)
                _finish_earlier(catalogue, config)
            labels = self._labels(args, opts.not_in, catalogue)
            with catalogue.reading() as tx:
                going = forgettable(tx, labels, open_store(config.images_store, changes=False))
                known = addresses(tx)
                names = sorted(known[label] for label in labels)
            if opts.yes:
                _forget(catalogue, config, labels)
        self.tell({"done": opts.yes, "addresses": names, **asdict(going)}, _text(names, going, opts.yes))
        return ALL_CLEAR

    def _labels(self, args: Sequence[str], not_in: str, catalogue: Catalogue) -> list[str]:
        if bool(args) == bool(not_in):
            raise UsageError(self.too_many)
        if args:
            return listed_homes(args[0], catalogue, self.too_many)
        keep = set(chosen_homes([not_in], catalogue) or ())
        if not keep:
            raise UsageError(f"--not-in {not_in} names no home of the catalogue: all would go; is it the right list?")
        with catalogue.reading() as tx:
            return [label for label in addresses(tx) if label not in keep]


def _finish_earlier(catalogue: Catalogue, config: Config) -> None:
    """Go on with one that was killed: its homes are known no more, so nobody could name them again."""
    with catalogue.reading() as tx:
        is_left = has_notes(tx)
        if is_left:
            refuse_at_work(tx, "forget")
    if is_left:
        finish_removals(catalogue, open_store(config.images_store))


def _forget(catalogue: Catalogue, config: Config, labels: Sequence[str]) -> None:
    files = open_store(config.images_store)
    with catalogue.transaction() as tx:
        forget_homes(tx, labels)
    # Whatever is killed from here on, the next run of any kind goes on with the notes that the rows left.
    finish_removals(catalogue, files)
    if files.exists(INDEX):
        write_report(catalogue, files)


def _text(names: Sequence[str], going: Forgettable, is_done: bool) -> str:
    lines = [f"  {name}" for name in names]
    what = f"{counted(going.homes, 'home')} with {counted(going.photos, 'photo')}"
    size = f"{counted(going.files, 'file')} that no other home shows, {going.bytes / 2**20:,.1f} MB"
    ending = "are gone" if is_done else "would go; add --yes to do it"
    return "\n".join([*lines, f"{what} ({size}) {ending}.", ""])

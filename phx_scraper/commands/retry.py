"""`scrapy retry`: what ended badly is put back on the list; the next crawl of those homes asks for it again."""

from __future__ import annotations

import argparse
import contextlib
from textwrap import shorten

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, chosen_homes, chosen_sources, existing_catalogue, listed_homes
from phx_scraper.config.nearest import did_you_mean
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.reasons import known_reasons
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.requeue import Retried, given_reasons, retry
from phx_scraper.views.human_text import counted


class Command(OwnCommand, ScrapyCommand):
    """Makes refused and failed visits due at once, and failed photos pending.

    Exit codes: 0 done, 2 wrong use.
    """

    description = "Put refused and failed visits and photos back on the list"
    usage = '[homes.csv | --address "ADDRESS"] [options]'
    too_many = "name one list of addresses at most, for example: scrapy retry homes.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--source", "--sources", dest="sources", default="", metavar="A,B", help="only these sources"
        )
        parser.add_argument(
            "--reason", default="", help="only reasons that begin with this, as scrapy status shows them"
        )
        parser.add_argument("--address", default="", help="only this home; several with ; between them")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Requeue and say how much."""
        done = self._retry(args, opts)
        self.tell(done._asdict(), _text(done))
        return ALL_CLEAR

    def _retry(self, args: list[str], opts: argparse.Namespace) -> Retried:
        place = existing_catalogue(read_config(self.settings))
        sources = chosen_sources(opts.sources)
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            _check_reason(opts.reason, catalogue)
            homes = _homes(args, opts.address, catalogue)
            with catalogue.transaction() as tx:
                return retry(tx, sources, opts.reason, homes)


def _check_reason(reason: str, catalogue: Catalogue) -> None:
    """Raises UsageError for one that nothing can have, or has."""
    with catalogue.reading() as tx:
        given = set(given_reasons(tx))
    known = {*known_reasons(), *given}
    if not any(one.startswith(reason) or (one.endswith("*") and reason.startswith(one[:-1])) for one in known):
        names = sorted(one.rstrip("*:_") for one in known)
        has = f"the catalogue has {', '.join(sorted(given))}" if given else "the catalogue has none"
        raise UsageError(f"--reason: there is no reason {shorten(reason, 60)!r}; {did_you_mean(reason, names) or has}")


def _homes(arguments: list[str], address: str, catalogue: Catalogue) -> list[str] | None:
    """The labels of the homes that are meant, None for all. Raises UsageError."""
    if not address:
        found = chosen_homes(arguments, catalogue)
        if found == []:
            raise UsageError(f"{arguments[0]} names no home that the catalogue knows: is it the right list?")
        return found
    if arguments:
        raise UsageError("name homes by a list or by --address, not by both")
    return listed_homes(address, catalogue, "write one as in 4732 W Davis Rd, Glendale, AZ 85306")


def _text(done: Retried) -> str:
    what = f"{counted(done.visits, 'visit')} and {counted(done.photos, 'photo')}"
    verb = "is" if done.visits + done.photos == 1 else "are"
    lines = [f"{what} {verb} asked for again by the next crawl."]
    lines += [
        f"{source} was left alone: it is tried with one home, and the others follow if it answers."
        for source in done.on_trial
    ]
    return "\n".join(lines) + "\n"

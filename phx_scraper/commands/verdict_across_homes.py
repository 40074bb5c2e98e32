"""`scrapy photos ADDRESS --not-duplicate A B --at OTHER`: a picture of one home and one of another."""

from __future__ import annotations

import argparse
import time

from phx_scraper.commands.common import listed_home
from phx_scraper.commands.photo_verdicts import check_pair, named_picture
from phx_scraper.commands.report_refresh import refresh_report
from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.model.photo_decision import PAIR_VERDICTS, DecisionAcross
from phx_scraper.run.decide_photos import seen
from phx_scraper.run.word_kept import word_kept
from phx_scraper.storage.catalogue import decisions_across_homes
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views import write_changed

_HOW = '--at goes with --not-duplicate A B: scrapy photos "ADDRESS" --not-duplicate A B --at "THE OTHER ADDRESS"'


def add_other_home(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the home of the second picture."""
    parser.add_argument("--at", default="", metavar="ADDRESS", help="B is a picture of this other home")


def check_other_home(opts: argparse.Namespace, verdict: tuple[str, list[str]] | None) -> None:
    """Raises UsageError where the option stands without a verdict on two pictures."""
    if opts.at and (verdict is None or verdict[0] not in PAIR_VERDICTS):
        raise UsageError(_HOW)


def follow_across(
    config: Config, catalogue: Catalogue, label: str, at: str, verdict: str, names: tuple[str, str]
) -> None:
    """Write down what a person says of two homes' pictures, and show it. Raises UsageError, StorageError.

    Each home keeps its own whatever is said; `duplicate` takes `not_duplicate` back.
    """
    other = listed_home([at], catalogue, _HOW)
    if other == label:
        raise UsageError("--at names the same home: leave it out for two pictures of one home")
    with catalogue.transaction() as tx:
        one, two = named_picture(tx, label, names[0]), named_picture(tx, other, names[1])
        check_pair(names, one, two)
        said = DecisionAcross(0, verdict, label, seen(one), other, seen(two), time.time())
        decisions_across_homes.add(tx, said)
    files = open_store(config.images_store)
    with word_kept():
        write_changed(catalogue, files)
    refresh_report(config, catalogue, files)

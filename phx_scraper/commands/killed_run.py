"""`--killed RUN`: a person's word that a run of another machine is over, of which nobody here can see it."""

from __future__ import annotations

import argparse

from phx_scraper.errors import UsageError
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.crawls_at_work import end_killed


def add_killed(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument("--killed", default="", metavar="RUN", help="a run of another machine that was killed there")


def check_killed(opts: argparse.Namespace) -> None:
    """Raises UsageError where nothing is to be changed."""
    if opts.killed and not opts.yes:
        raise UsageError("--killed ends that run: give --yes too")


def end_killed_run(catalogue: Catalogue, run_id: str) -> None:
    """End the run, if one is named. Raises UsageError for one that is seen to be at work."""
    if run_id:
        with catalogue.transaction() as tx:
            end_killed(tx, run_id)

"""`scrapy worker`: carries out jobs, slice by slice, until it is asked to leave."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import is_whole
from phx_scraper.errors import QueueUnavailable, UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.service.extra import need_service
from phx_scraper.service.worker_setup import WorkerSetup
from phx_scraper.storage.catalogue.catalogue import Catalogue

MOST_MEGABYTES = 10**7


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 it was asked to leave, or did what its options say, 2 wrong use, 4 Redis, or the
    catalogue's server, is away.
    """

    description = "Carry out jobs: crawl the homes that scrapy jobs or the API was given"
    usage, most_arguments = "[options]", 0
    too_many = "worker takes options only, for example: scrapy worker --burst"
    has_json = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--burst", action="store_true", help="leave when nothing waits")
        parser.add_argument(
            "--slices", default="0", metavar="N", help="leave after N slices, to be started anew (default 0: never)"
        )
        parser.add_argument(
            "--memory", default="0", metavar="MB", help="memory of each crawl, above which it stops (default 0: any)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check what can be checked, then work."""
        config = read_config(self.settings)
        slices, memory = _number("--slices", opts.slices), _number("--memory", opts.memory)
        need_service(config.redis_url)
        place = config.catalogue
        # Made here, so that what is wrong with it is said at once.
        Catalogue.open(place).close()
        settings = [*opts.set, *([f"PHX_MAX_MEMORY_MB={memory}"] if memory else [])]
        _tell_on_standard_error()
        # A bucket has none in it.
        has_report = config.report and isinstance(config.images_store, Path)
        return _worked(WorkerSetup(place, Path(), settings, has_report), config.redis_url, opts.burst, slices)


def _worked(setup: WorkerSetup, url: str, burst: bool, slices: int) -> int:
    from phx_scraper.service.run_worker import WorkerOptions, run_worker

    try:
        run_worker(setup, url, WorkerOptions(burst, slices))
    except QueueUnavailable as error:
        if error.may_come_back:
            raise
        raise UsageError(str(error)) from error
    return ALL_CLEAR


def _number(option: str, written: str) -> int:
    if is_whole(written) and int(written[:9]) <= MOST_MEGABYTES and len(written) < 9:
        return int(written)
    raise UsageError(f"{option} {written[:40]}: write a whole number from 0 to {MOST_MEGABYTES}, in digits 0 to 9")


def _tell_on_standard_error() -> None:
    told = logging.StreamHandler()
    told.setFormatter(logging.Formatter("%(asctime)s [worker] %(levelname)s: %(message)s"))
    logger = logging.getLogger("phx_scraper.service")
    logger.addHandler(told)
    logger.setLevel(logging.INFO)
    logger.propagate = False

"""`scrapy reconcile`: catalogue against files against views; what differs is named, repaired, or made anew."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.commands.reconcile_text import json_of, text_of
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import read_number
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.reconcile.check import Problem, Report, check
from phx_scraper.reconcile.make_thumbnails import remake_thumbnails
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.reconcile.repair import Repairer
from phx_scraper.reconcile.restore_picture import decoder_pool
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.stale_views import renew_views, stale_views


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 clean, also by a repair; 1 problems are left (some until the next crawl); 2 could not check."""

    description = "Check the data folder against the catalogue; repair it, or make a lost catalogue anew"
    usage, most_arguments = "[options]", 0
    too_many = "reconcile takes options only, for example: scrapy reconcile --sample 5%"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--read-data", action="store_true", help="read and hash every file, not only look at sizes")
        parser.add_argument("--sample", metavar="5%", help="read and hash this share of the files, chosen at random")
        parser.add_argument("--max-duration", type=float, metavar="SECONDS", help="read no more files after this time")
        parser.add_argument("--repair", action="store_true", help="restore, relink, ask again, set aside; never delete")
        parser.add_argument("--rebuild", action="store_true", help="make a lost catalogue anew from files and views")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check, and do what else was asked for."""
        return _run(read_config(self.settings), opts)


def _run(options: Config, opts: argparse.Namespace) -> int:
    place = options.catalogue
    rebuilt = None
    if opts.rebuild:
        if not isinstance(place, Path):
            raise UsageError(
                "--rebuild makes a file: set PHX_CATALOGUE_URL to one, then scrapy catalogue copy FILE TO-THE-SERVER"
            )
        with contextlib.closing(decoder_pool(options, any_size=True)) as decoders:
            rebuilt = rebuild(place, _with_views(options), decoders.process)
    if not opts.rebuild and not opts.repair:
        report, done = _checked(options, opts), []
        left = report.problems
    else:
        report, done, left = _made_good(options, opts)
    said = json_of(report, done, left, rebuilt) if opts.json else text_of(report, done, left, rebuilt)
    sys.stdout.write(said)
    is_clear = all(one.is_note for one in left) and not (rebuilt and rebuilt.lost)
    return ALL_CLEAR if is_clear else PROBLEMS


def _with_views(options: Config) -> FileStore:
    """Only the lists in folders of homes say whose pictures they are. Raises UsageError for a store without them."""
    files = open_store(options.images_store)
    if not files.has_views:
        raise UsageError(
            f"{files.place} has pictures only, and nothing in it says whose they are: put back a copy of the catalogue"
        )
    return files


def _checked(options: Config, opts: argparse.Namespace) -> Report:
    """A check alone changes nothing, so it works where nothing can be written."""
    with opened_to_read(existing_catalogue(options)) as catalogue:
        # Opening the store to write removes what dead processes were writing, so it comes after looking for that.
        files = open_store(options.images_store, changes=False)
        report = check(catalogue, files, _share(opts), opts.max_duration)
        report.problems += _views(catalogue, files, report)
    return report


def _made_good(options: Config, opts: argparse.Namespace) -> tuple[Report, list[str], list[Problem]]:
    """What was found, what was done about it, and what is left."""
    with contextlib.closing(Catalogue.open(existing_catalogue(options))) as catalogue:
        if opts.rebuild:
            renew_views(catalogue, open_store(options.images_store))
        report = check(catalogue, open_store(options.images_store, changes=False), _share(opts), opts.max_duration)
        files = open_store(options.images_store)
        report.problems += _views(catalogue, files, report)
        done = _repair(catalogue, files, options, report) if opts.repair else []
        return report, done, _left(catalogue, files, opts) if done else report.problems


def _share(opts: argparse.Namespace) -> float:
    if opts.read_data:
        return 1.0
    if opts.sample is None:
        return 0.0
    try:
        share = read_number(opts.sample.removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise UsageError(f"--sample {opts.sample}: write a percentage above 0%, up to 100%, for example 5%")
    return share


def _views(catalogue: Catalogue, files: FileStore, report: Report) -> list[Problem]:
    """A folder that the catalogue already knows to be out of date is named once."""
    known = {problem.subject for problem in report.problems}
    found = stale_views(catalogue, files)
    return [Problem("stale_view", path, why) for path, why in found if path.rpartition("/")[0] not in known]


def _repair(catalogue: Catalogue, files: FileStore, options: Config, report: Report) -> list[str]:
    with contextlib.closing(decoder_pool(options, any_size=True)) as decoders:
        done = list(Repairer(catalogue, files, decoders.process).repair(report.problems))
    done += remake_thumbnails(catalogue, files, options, report.problems)
    renew_views(catalogue, files)
    return done


def _left(catalogue: Catalogue, files: FileStore, opts: argparse.Namespace) -> list[Problem]:
    """What a second look finds: only that tells whether a repair was one."""
    again = check(catalogue, files, _share(opts), opts.max_duration)
    return [*again.problems, *_views(catalogue, files, again)]

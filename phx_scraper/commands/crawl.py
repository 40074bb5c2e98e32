"""`scrapy crawl`: Scrapy's own, with one sentence for wrong use and with the project's exit codes."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler

from phx_scraper.commands.checked_settings import Checked, check_components
from phx_scraper.commands.crawl_help import ARGUMENTS, settings_rows
from phx_scraper.commands.crawl_record import check_standard_output, ended_run, print_record
from phx_scraper.commands.feed_targets import check_feeds
from phx_scraper.commands.help_text import section
from phx_scraper.commands.one_page import unknown_spider
from phx_scraper.commands.user_layers import is_typed, is_users, sentence_of
from phx_scraper.config.reading import read_config
from phx_scraper.errors import DiskFull, PhxError, ServerAway, StorageError, UsageError
from phx_scraper.extensions.resource_usage import check_free_space
from phx_scraper.extensions.store_limit import StoreLimit
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.outcome import SERVER_AWAY, STOPPED, stopped_code
from phx_scraper.run.arguments import CrawlArguments, prepare
from phx_scraper.run.current_run import run_or_none
from phx_scraper.run.jobdir import is_kept, recorded_settings
from phx_scraper.spiders.base import HomeSpider
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import is_there
from phx_scraper.storage.catalogue.registration import knows_homes
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore

_PICTURE = re.compile(r"[a-z]+/[^/]+/[^/]+\.[^/]+")


class Command(Checked, ScrapyCrawl):
    """Exit codes: 0 every visit ended clearly, 1 some errors or refusals, 2 wrong use, 3 stopped early, 4 stopped or
    not begun, since the server of the catalogue or of the bucket was away.
    """

    has_json = True

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return "Collect the photos of a list of homes"

    def syntax(self) -> str:
        """How it is called."""
        return "<spider> -a addresses=homes.csv [options]"

    def help_sections(self) -> list[str]:
        """Also arguments and settings, of which Scrapy knows nothing."""
        return [
            "Spiders: all, zillow, redfin, phoenix_mls, maricopa_assessor",
            section("Arguments (-a NAME=VALUE)", ARGUMENTS),
            section("Settings most used (-s NAME=VALUE; docs/settings.md has all)", settings_rows()),
            *super().help_sections(),
        ]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's, and short forms of settings that a command line is the usual place for."""
        super().add_options(parser)
        parser.add_argument("--quiet", action="store_true", help="print nothing unless a person is needed (for cron)")
        parser.add_argument(
            "--fail-on",
            metavar="WORDS",
            help="what makes the exit code 1, of blocked, error and shortfall with commas between; or nothing"
            " (default blocked,error)",
        )

        parser.add_argument(
            "--json", action="store_true", help="print the run's record as JSON at its end, or an error"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """The short forms are settings; who wants quiet wants no log on the terminal either."""
        opts.set += ["PHX_QUIET=True"] if opts.quiet else []
        opts.set += [] if opts.fail_on is None else [f"PHX_FAIL_ON={opts.fail_on}"]
        super().process_options(args, opts)
        if read_config(self.settings).quiet and not (self.settings["LOG_FILE"] or is_typed(self.settings, "LOG_LEVEL")):
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check everything that can be checked, then crawl."""
        try:
            if len(args) != 1:
                raise UsageError(_one_spider(args))
            spider_class, arguments = self._prepare(args[0], opts)
        except PhxError as error:
            self._refuse(error)
        self._crawl(spider_class, arguments)

    def _prepare(self, name: str, opts: argparse.Namespace) -> tuple[type, dict[str, Any]]:
        """The spider and what it is made with."""
        try:
            spider_class = self.crawler_process.spider_loader.load(name)
        except KeyError:
            raise UsageError(unknown_spider(name, self.crawler_process.spider_loader)) from None
        if not issubclass(spider_class, HomeSpider):
            return spider_class, opts.spargs
        check_components(self.settings)
        check_feeds(self.settings, opts.spargs.get("addresses", ""))
        if self.as_json:
            check_standard_output(self.settings)
        jobdir = self.settings.get("JOBDIR")
        self._restore_settings(jobdir)
        config = read_config(self.settings)
        job = prepare(name, spider_class.sources, opts.spargs, config, jobdir, self._chosen_settings())
        note = sentence_of(self.settings, self.user_layers)
        job = replace(job, settings_note=note, tells_record=self.as_json)
        if job.folder is None:
            self.settings.set("JOBDIR", None, priority="cmdline")
        return spider_class, {"job": job, "catalogue": None if job.dry_run else _opened(job)}

    def _restore_settings(self, jobdir: str | None) -> None:
        """A JOBDIR continues with the settings that it began with; the command line has precedence."""
        for name, value in recorded_settings(Path(jobdir)).items() if jobdir else ():
            if not is_typed(self.settings, name):
                self.settings.set(name, value, priority="cmdline")

    def _chosen_settings(self) -> dict[str, str]:
        names = [name for name in self.settings if is_kept(name) and is_users(self.settings, name)]
        return {name: str(self.settings[name]) for name in sorted(names)}

    def _crawl(self, spider_class: type, arguments: dict[str, Any]) -> None:
        crawler = self._create_crawler(spider_class)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        if issubclass(spider_class, HomeSpider):
            self.exitcode = _exit_code(crawler)
            if self.as_json:
                print_record(ended_run(crawler), self.exitcode == SERVER_AWAY)
        elif self.crawler_process.bootstrap_failed:
            self.exitcode = STOPPED


def _one_spider(args: list[str]) -> str:
    """The sentence for none, or for more, of which one may be the list itself."""
    lists = [word for word in args if word.lower().endswith((".csv", ".tsv", ".txt"))]
    return f"name one spider, and the list by -a: scrapy crawl all -a addresses={lists[0] if lists else 'homes.csv'}"


def _exit_code(crawler: Crawler) -> int:
    ended = ended_run(crawler)
    if ended is not None and ended.summary is not None:
        return ended.summary.exit_code
    run = run_or_none(crawler)
    return STOPPED if run is None else stopped_code(run.stop_reason)


def _opened(job: CrawlArguments) -> Catalogue:
    """Opens store and catalogue before the crawl, so that an error there is wrong use without a traceback.

    Raises UsageError, DiskFull where less space is free than a crawl must leave, or the store is too large, and
    ServerAway.
    """
    setting = "PHX_CATALOGUE_URL" if job.options.catalogue_url else "IMAGES_STORE"
    try:
        files = open_store(job.options.images_store)
        check_free_space(files, job.options.min_free_disk_mb)
        StoreLimit(files, job.options.max_store_gb).check()
        return _with_its_homes(job.options.catalogue, files, job)
    except (DiskFull, ServerAway):
        raise
    except StorageError as error:
        raise UsageError(f"{error} (setting {setting})") from error


def _with_its_homes(place: CataloguePlace, files: FileStore, job: CrawlArguments) -> Catalogue:
    """The catalogue. Raises StorageError, and UsageError for a lost one: all photos would be downloaded again, and the
    stored pictures would belong to nothing.
    """
    remedy = "scrapy reconcile --rebuild makes it anew from them" if files.has_views else "put back a copy of it"
    lost = UsageError(
        f"{files.place} holds pictures, but its catalogue {place} is gone or empty: {remedy}; -a fresh=1 begins without"
        " it and fetches everything again"
    )
    is_expected = not job.fresh and _holds_a_collection(files)
    if is_expected and not is_there(place):
        raise lost
    catalogue = Catalogue.open(place)
    with catalogue.reading() as tx:
        is_lost = is_expected and not knows_homes(tx)
    if is_lost:
        catalogue.close()
        raise lost
    return catalogue


def _holds_a_collection(files: FileStore) -> bool:
    """Whether there is a picture, an original or a home's list; finds the first and looks no further."""
    pictures = (path for folder in (paths.PROCESSED, paths.RAW) for path, _ in files.walk(folder))
    lists = (f"{paths.HOMES}/{name}/{paths.HOME_MANIFEST_NAME}" for name in files.names(paths.HOMES))
    return any(_PICTURE.fullmatch(path) for path in pictures) or any(files.exists(path) for path in lists)

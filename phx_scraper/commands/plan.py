"""`scrapy plan`: what a crawl would ask of whom, by the list, a folder of saved pages and the catalogue; no network."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.catalogue_checks import plan_findings
from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.plan_files import file_entries, file_lines
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.homes import Home
from phx_scraper.model.checks import Finding, as_json, lines_of
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.run.arguments import CrawlArguments, prepare
from phx_scraper.run.crawl_plan import CrawlPlan, plan_crawl
from phx_scraper.run.pages_argument import checked_pages
from phx_scraper.run.saved_visits import BLOCK, SavedVisits, read_saved_pages
from phx_scraper.spiders.all import AllSpider
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.planned_visits import AGAIN, HELD, KNOWN, NEW, PHOTOS, RESTING, PlannedVisit
from phx_scraper.storage.catalogue.read_only_folder import is_there, opened_to_read
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment, span

SHOWN_PER_CHECK = 20
_WORDS = {NEW: "new", AGAIN: "due again", PHOTOS: "photos only", RESTING: "not before {}", HELD: "another run has it"}


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 nothing is missing or due: each page is known or saved whole, 1 something is, 2 wrong use."""

    description = "Show what a crawl would ask of whom, and what a folder of saved pages holds; asks nobody"
    usage = "[-a addresses=homes.csv] [-a pages=FOLDER] [-a sources=a,b] [--json]"
    too_many, most_arguments = "give the homes as -a addresses=homes.csv and the folder as -a pages=FOLDER", 0

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("-a", dest="given", action="append", default=[], metavar="NAME=VALUE", help="as for crawl")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read the list, the folder and the catalogue, compare them, print."""
        given, config = _arguments(opts.given), read_config(self.settings)
        if not {"pages", "addresses", "address"} & given.keys():
            raise UsageError("name the homes, -a addresses=FILE.csv, or a folder of saved pages, -a pages=FOLDER")
        if not {"addresses", "address"} & given.keys():
            return self._show_folder(given)
        job = prepare("all", AllSpider.sources, given, config)
        saved = read_saved_pages(job.pages, job.homes, job.sources) if job.pages else SavedVisits()
        with ExitStack() as stack:
            catalogue = _catalogue(config, stack)
            plan = plan_crawl(job, saved, catalogue)
            findings = list(plan_findings(job.homes, job.row_errors, catalogue))
        document = _document(given, saved, plan, findings)
        self.tell(document, "".join(f"{line}\n" for line in _lines(document, plan, findings)))
        walls = any(file["kind"] == BLOCK for file in document["files"])
        return PROBLEMS if plan.has_gaps() or job.row_errors or walls else ALL_CLEAR

    def _show_folder(self, given: dict[str, str]) -> int:
        """Whatever a folder of saved pages holds."""
        for name in given.keys() - {"pages"}:
            raise UsageError(f"-a {name}: it needs homes to apply to, -a addresses=FILE.csv")
        files = file_entries(read_saved_pages(checked_pages(given["pages"]), (), AllSpider.sources), False)
        document = {"folder": given["pages"], "files": files, "homes": [], "asked": {}, "checks": []}
        self.tell(document, "".join(f"{line}\n" for line in file_lines(given["pages"], files)))
        return ALL_CLEAR if any(file["kind"] == "home" for file in files) else PROBLEMS


def _arguments(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, sign, _ in pairs:
        if not sign:
            raise UsageError(f"-a {name}: write it as -a NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _catalogue(config: Config, stack: ExitStack) -> Catalogue | None:
    """None before the first crawl."""
    return stack.enter_context(opened_to_read(config.catalogue)) if is_there(config.catalogue) else None


def _document(given: dict[str, str], saved: SavedVisits, plan: CrawlPlan, findings: list[Finding]) -> dict[str, Any]:
    return {
        "folder": given.get("pages"),
        "files": file_entries(saved, True),
        "homes": [_home(home, plan, saved) for home in plan.job.homes],
        "asked": {source: asked._asdict() for source, asked in plan.asked()},
        "checks": as_json(findings),
    }


def _home(home: Home, plan: CrawlPlan, saved: SavedVisits) -> dict[str, Any]:
    first = {source: next(iter(saved.pages(home.property_hash, source)), None) for source in plan.job.sources}
    return {
        "address": home.address,
        "saved": {
            source: None if page is None else {"file": page.file, "partial": page.partial}
            for source, page in first.items()
        },
        "visits": {source: _visit(one) for source, one in plan.of_home(home).items()},
    }


def _visit(one: PlannedVisit) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "outcome": one.outcome,
        "reason": one.reason,
        "photos": one.photos,
        "until": timestamp(one.until),
    }


def _lines(document: dict[str, Any], plan: CrawlPlan, findings: list[Finding]) -> Iterator[str]:
    if document["folder"] is not None:
        yield from file_lines(document["folder"], document["files"])
    for home, told in zip(plan.job.homes, document["homes"], strict=True):
        yield home.address
        stand = plan.of_home(home)
        yield "  " + "; ".join(f"{source}: {_stand(stand[source], save)}" for source, save in told["saved"].items())
    yield from (f"{sentence}" for sentence in plan.job.skipped)
    yield from lines_of(findings, SHOWN_PER_CHECK)
    yield _summary(plan.job, plan)
    yield from _asked_lines(plan)


def _stand(one: PlannedVisit, save: dict[str, Any] | None) -> str:
    saved = f"{save['file']}{' (a part)' if save['partial'] else ''}" if save else ""
    if one.plan == KNOWN:
        again = f", again from {moment(one.until)}" if one.until else ""
        return f"{saved}{', ' if saved else ''}{one.outcome}{again}"
    words = _WORDS[one.plan].format(moment(one.until) if one.until else "")
    return saved or (f"{one.outcome}, {words}" if one.plan not in {NEW, HELD} and one.outcome != "pending" else words)


def _summary(job: CrawlArguments, plan: CrawlPlan) -> str:
    found = Counter(one.plan for home in job.homes for one in plan.of_home(home).values())
    told = ", ".join(f"{found[name]} {words}" for name, words in _SUMMED.items() if found[name])
    return f"{counted(len(job.homes), 'home')} at {counted(len(job.sources), 'source')}: {told}."


_SUMMED = {NEW: "new", AGAIN: "due again", PHOTOS: "of photos only", RESTING: "resting", HELD: "held", KNOWN: "known"}


def _asked_lines(plan: CrawlPlan) -> Iterator[str]:
    asked = dict(plan.asked())
    for source, one in asked.items():
        homes = f"{counted(one.homes, 'home')} ({one.new} new, {one.again} again)"
        photos = f" and about {counted(one.photos_expected, 'photo')}" if one.photos_expected else ""
        usual, least = span(max(1.0, one.usual_seconds)), span(max(1.0, one.least_seconds))
        yield f"{source} would be asked for {homes}{photos}, which takes about {usual}, {least} at the very least."
    if not asked:
        yield "No site would be asked for anything."
    elif len(asked) > 1:
        longest = max(one.usual_seconds for one in asked.values())
        yield f"Sources are asked side by side: about {span(max(1.0, longest))} in all."

"""`scrapy status`: how each home stands at each source, with reasons and photo counts, from the catalogue alone."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.ages import seconds_at
from phx_scraper.commands.catalogue_checks import catalogue_findings
from phx_scraper.commands.common import OwnCommand, chosen_homes, chosen_sources, existing_catalogue
from phx_scraper.commands.reason_advice import advice
from phx_scraper.commands.source_table import is_in_order, source_document, source_lines
from phx_scraper.commands.status_rows import chosen_visits, outcomes_of, row_of, visit_lines
from phx_scraper.config.fields import Config
from phx_scraper.config.nearest import no_such
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.checks import Finding, as_json, lines_of
from phx_scraper.model.claims import quality
from phx_scraper.model.outcome import ALL_CLEAR, CLEAR, OUTCOMES, PROBLEMS
from phx_scraper.model.review import ReviewNote
from phx_scraper.model.visit_checks import TOLD_BY_VISITS, CheckedVisit, quality_of_homes
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.catalogue.review_flags import notes_of
from phx_scraper.views.review_notes import review_document

SHOWN_PER_CHECK = 20


class Status(NamedTuple):
    """What is shown: visits after all filters, and what the checks found of these and their homes.

    `homes` and `quality` count every visit of the chosen homes at the chosen sources; `notes` say why to look at homes.
    """

    visits: list[CheckedVisit]
    homes: Mapping[str, float]
    quality: float
    findings: list[Finding]
    notes: list[ReviewNote]


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 nothing of what is shown is open or bad, 1 something is, 2 wrong use."""

    description = "Show how each home stands at each source"
    too_many = "name one list of addresses at most, for example: scrapy status homes.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--sources",
            nargs="?",
            default="",
            metavar="A,B",
            help="only these sources; without names: how each source answers, instead of the homes",
        )
        parser.add_argument(
            "--outcome", default="", metavar="A,B", help=f"only visits that stand so: {', '.join(OUTCOMES)}"
        )
        parser.add_argument(
            "--since", default="", metavar="DATE|7d", help="only visits that ended since then: 2026-03-01, 7d, 12h"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        config = read_config(self.settings)
        if opts.sources is None:
            return self._show_sources(args, opts, config)
        status = _status(args, opts, config)
        self.tell(_document(status), "".join(f"{line}\n" for line in _lines(status)))
        return ALL_CLEAR if all(one.visit.outcome in CLEAR for one in status.visits) else PROBLEMS

    def _show_sources(self, args: list[str], opts: argparse.Namespace, config: Config) -> int:
        """The same exit codes: 1 where a source is left alone, or shows most homes a CAPTCHA."""
        if args or opts.outcome or opts.since:
            others = ", --outcome and --since too" if opts.outcome or opts.since else ""
            raise UsageError(f"--sources without names is about all homes: leave the list of addresses out{others}")
        with opened_to_read(existing_catalogue(config)) as catalogue:
            document = source_document(catalogue, list(SOURCES), config)
        self.tell(document, "".join(f"{line}\n" for line in source_lines(document)))
        return ALL_CLEAR if is_in_order(document) else PROBLEMS


def _status(args: Sequence[str], opts: argparse.Namespace, config: Config) -> Status:
    outcomes, sources = _outcomes(opts.outcome), chosen_sources(opts.sources)
    since = seconds_at("--since", opts.since, time.time()) if opts.since else None
    with opened_to_read(existing_catalogue(config)) as catalogue:
        visits = chosen_visits(catalogue, chosen_homes(args, catalogue), sources)
        shown = list(_filtered(visits, outcomes, since))
        findings = catalogue_findings(catalogue, shown)
        with catalogue.reading() as tx:
            notes = list(notes_of(tx, [one.visit.property_hash for one in shown]))
    return Status(shown, quality_of_homes(visits), quality(one.claims_met for one in visits), findings, notes)


def _outcomes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if name not in OUTCOMES:
            raise UsageError(no_such(f"--outcome: {name!r} is no outcome", OUTCOMES, name))
    return names or OUTCOMES


def _filtered(visits: Iterable[CheckedVisit], outcomes: Sequence[str], since: float | None) -> Iterator[CheckedVisit]:
    for one in visits:
        ended = one.visit.finished_at
        if one.visit.outcome in outcomes and (since is None or (ended is not None and ended >= since)):
            yield one


def _document(status: Status) -> dict[str, Any]:
    return {
        "visits": [row_of(one) for one in status.visits],
        "outcomes": outcomes_of(status.visits),
        "quality": status.quality,
        "homes": status.homes,
        "checks": as_json(status.findings),
        "review": review_document(status.notes),
    }


def _lines(status: Status) -> Iterator[str]:
    if not status.visits:
        yield "The catalogue has no visit of these homes like that."
        return
    yield from visit_lines(status.visits, status.homes, status.notes)
    for source, outcomes in outcomes_of(status.visits).items():
        yield f"{source}: " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
    yield from lines_of(status.findings, SHOWN_PER_CHECK, TOLD_BY_VISITS)
    yield f"Quality {status.quality:.1%}: the share of the claimed photos that are here, as a mean of all visits."
    yield from advice(row_of(one) for one in status.visits)

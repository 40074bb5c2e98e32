"""`scrapy status`: how each home stands at each source, with reasons and photo counts, from the catalogue alone."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, chosen_homes, chosen_sources, existing_catalogue
from phx_scraper.commands.reason_advice import advice
from phx_scraper.commands.source_table import is_in_order, source_document, source_lines
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR, CLEAR, PROBLEMS
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.reasons import PARTIAL
from phx_scraper.model.review import ReviewNote
from phx_scraper.pages.identity import PIN_APART
from phx_scraper.run.saved_visits import BETTER_SAVE
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.apply_cross_check import CONTRADICTION
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.catalogue.photo_counts import photo_counts, visit_rows
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.catalogue.review_flags import notes_of
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment
from phx_scraper.views.review_notes import reasons, review_document


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 nothing is open or bad, 1 something is, 2 wrong use."""

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

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        config = read_config(self.settings)
        if opts.sources is None:
            return self._show_sources(args, opts, config)
        with opened_to_read(existing_catalogue(config)) as catalogue:
            homes = chosen_homes(args, catalogue)
            rows = list(_rows(catalogue, homes, chosen_sources(opts.sources)))
            notes = _review_notes(catalogue, homes)
        sys.stdout.write(json.dumps(_document(rows, notes), indent=1) + "\n" if opts.json else _text(rows, notes))
        return ALL_CLEAR if all(row["outcome"] in CLEAR for row in rows) else PROBLEMS

    def _show_sources(self, args: list[str], opts: argparse.Namespace, config: Config) -> int:
        """The same exit codes: 1 where a source is left alone, or shows most homes a CAPTCHA."""
        if args:
            raise UsageError("--sources without names is about all homes: leave the list of addresses out")
        with opened_to_read(existing_catalogue(config)) as catalogue:
            document = source_document(catalogue, list(SOURCES), config)
        text = json.dumps(document, indent=1) if opts.json else "\n".join(source_lines(document))
        sys.stdout.write(text + "\n")
        return ALL_CLEAR if is_in_order(document) else PROBLEMS


def _rows(catalogue: Catalogue, homes: list[str] | None, sources: list[str]) -> Iterable[dict[str, Any]]:
    with catalogue.reading() as tx:
        found = {
            gallery.home.property_hash: {name: _to_review(one.evidence) for name, one in gallery.listings.items()}
            for gallery in galleries(tx, homes)
        }
        counts = photo_counts(tx, list(found), sources)
        visits = visit_rows(tx, list(found), sources)
    for visit in visits:
        count = counts.get((visit.property_hash, visit.source), PhotoCounts())
        yield {
            "address": visit.address,
            "source": visit.source,
            "outcome": visit.outcome,
            "reason": visit.reason,
            "detail": visit.detail,
            "contradicted": visit.reason.startswith(CONTRADICTION),
            "finished_at": timestamp(visit.finished_at),
            "not_before": timestamp(visit.not_before),
            "_not_before": moment(visit.not_before) if visit.not_before else "",
            "claimed": visit.claimed_photo_count,
            "found": count.found,
            "stored": count.stored,
            "duplicates": count.duplicates,
            "failed": dict(count.failures),
            "pending": count.pending,
            "removed": count.removed,
            "review": found[visit.property_hash].get(visit.source, []),
        }


def _to_review(evidence: Iterable[tuple[str, str, str]]) -> list[str]:
    """What refuses nothing but wants a person's eye: other sources that pin the home elsewhere."""
    apart = ((kind.partition("@"), found) for kind, _, found in evidence)
    return [
        f"pin {found.rpartition(', ')[2]} from {source}'s" for (kind, _, source), found in apart if kind == PIN_APART
    ]


def _review_notes(catalogue: Catalogue, homes: list[str] | None) -> list[ReviewNote]:
    with catalogue.reading() as tx:
        return list(notes_of(tx, homes))


def _document(rows: list[dict[str, Any]], notes: list[ReviewNote]) -> dict[str, Any]:
    # What begins with _ is for people.
    visits = [{name: value for name, value in row.items() if name[0] != "_"} for row in rows]
    return {"visits": visits, "outcomes": _outcomes(rows), "review": review_document(notes)}


def _outcomes(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["source"], Counter())[row["outcome"]] += 1
    return {source: dict(sorted(counter.items())) for source, counter in sorted(found.items())}


def _text(rows: list[dict[str, Any]], notes: list[ReviewNote]) -> str:
    lines: list[str] = []
    to_review = {address: reasons(list(group)) for address, group in groupby(notes, key=lambda note: note.address)}
    for address, group in groupby(rows, key=lambda row: str(row["address"])):
        lines.append(address)
        lines += [f"  {row['source']:18} {row['outcome']:10} {_photos(row)}{_why(row)}{_review(row)}" for row in group]
        lines += [f"  to look at: {to_review[address]}"] if address in to_review else []
    for source, outcomes in _outcomes(rows).items():
        lines.append(f"{source}: " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items()))
    lines += advice(rows)
    return "\n".join(lines or ["The catalogue knows none of these homes."]) + "\n"


def _photos(row: dict[str, Any]) -> str:
    counts = {name: row[name] for name in ("stored", "duplicates", "pending", "removed") if row[name]}
    parts = [
        counted(number, "duplicate") if name == "duplicates" else f"{number} {name}" for name, number in counts.items()
    ]
    parts += [f"{number} failed ({reason})" for reason, number in row["failed"].items()]
    if row["claimed"] is not None and row["found"] < row["claimed"]:
        parts.append(f"{row['claimed'] - row['found']} fewer than the page claims")
    return ", ".join(parts)


def _why(row: dict[str, Any]) -> str:
    if not row["reason"]:
        return f" [{row['detail']}]" if row["detail"] else ""
    better = f"; for the rest {BETTER_SAVE}" if (row["outcome"], row["reason"]) == ("ok", PARTIAL) else ""
    later = f", not before {row['_not_before']}" if row["_not_before"] else ""
    detail = f": {row['detail']}" if row["detail"] else ""
    return f" [{row['reason']}{later}{detail}{better}]"


def _review(row: dict[str, Any]) -> str:
    return f" (to review: {'; '.join(row['review'])})" if row["review"] else ""

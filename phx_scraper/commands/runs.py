"""`scrapy runs [RUN]`: the runs that the catalogue knows, the latest first, or all that is known of one of them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.chosen_run import chosen_run
from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.commands.run_text import run_text
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import is_whole
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue import run_details, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.views.documents import timestamp
from phx_scraper.views.human_text import counted, moment, span
from phx_scraper.views.run_record import run_record

SHOWN = 20
MOST_DIGITS = 9
"""More runs than this are nobody's, and a longer number may be none that the database takes."""


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 shown, 2 wrong use."""

    description = "Show the latest runs, how they ended and what they changed; or one run in full"
    usage, most_arguments = "[RUN] [options]", 1
    too_many = "runs takes one run at most, for example: scrapy runs latest"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--last", default=str(SHOWN), metavar="N", help="how many runs (default %(default)s)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read and print."""
        number = _number(opts.last)
        with opened_to_read(existing_catalogue(read_config(self.settings))) as catalogue:
            if args:
                found = _one(catalogue, args[0])
                text = run_text(found)
            else:
                rows = _rows(catalogue, number)
                found, text = _document(rows), _text(rows)
        self.tell(found, text)
        return ALL_CLEAR


def _number(written: str) -> int:
    if is_whole(written) and len(written) <= MOST_DIGITS and int(written) > 0:
        return int(written)
    raise UsageError(f"--last {written[:40]}: write a whole number from 1 to {'9' * MOST_DIGITS}")


def _one(catalogue: Catalogue, written: str) -> dict[str, Any]:
    with catalogue.reading() as tx:
        return run_record(tx, chosen_run(tx, written))


def _rows(catalogue: Catalogue, number: int) -> list[dict[str, Any]]:
    with catalogue.reading() as tx:
        modes = run_details.modes(tx)
        latest = runs.latest(tx, number)
        return [_row(run, modes.get(run.run_id), _changes(runs.change_counts(tx, run.run_id))) for run in latest]


def _row(run: RunRow, mode: str | None, changes: dict[str, int]) -> dict[str, Any]:
    ended = run.finished_at
    return {
        "run_id": run.run_id,
        "spider": run.spider,
        "mode": mode,
        "arguments": run.arguments,
        "started_at": timestamp(run.started_at),
        "_started": moment(run.started_at),
        "duration_seconds": None if ended is None else round(ended - run.started_at, 3),
        "ending": run.ending,
        "outcomes": run.totals.get("outcomes", {}),
        "photos": changes,
    }


def _document(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    # What begins with _ is for people.
    return {"runs": [{name: value for name, value in row.items() if name[0] != "_"} for row in rows]}


def _changes(counts: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for sources in counts.values():
        for changed in sources.values():
            found.update(changed)
    return dict(sorted(found.items()))


def _text(rows: Sequence[dict[str, Any]]) -> str:
    return "".join(map(_line, rows)) or "The catalogue knows no runs.\n"


def _line(row: dict[str, Any]) -> str:
    took = "" if row["duration_seconds"] is None else f" in {span(row['duration_seconds'])}"
    outcomes = ", ".join(f"{number} {name}" for name, number in row["outcomes"].items())
    photos = ", ".join(f"{counted(number, f'{name} photo')}" for name, number in row["photos"].items())
    parts = [f"{row['ending'] or 'not ended'}{took}", row["mode"] or "", outcomes, photos]
    return f"{row['run_id']}  {row['_started']}  {row['spider']}: {'; '.join(filter(None, parts))}\n"

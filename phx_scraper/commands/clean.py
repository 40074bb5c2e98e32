"""`scrapy clean`: throws away what is not needed any more, and gives its space back; what homes show stays."""

from __future__ import annotations

import argparse
import contextlib
import math
from collections.abc import Iterable
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.commands.killed_run import add_killed, check_killed, end_killed_run
from phx_scraper.config.fields import Config
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import read_number
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.reconcile.clean_plan import (
    KINDS,
    LEFTOVERS,
    ORIGINAL,
    REMOVED,
    Candidate,
    CleanPlan,
    Wanted,
    clean_plan,
)
from phx_scraper.reconcile.clean_store import take_off
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.read_only_folder import opened_to_read
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.views.finish_removals import finish_removals
from phx_scraper.views.human_text import counted

USUAL_DAYS = 14.0
"""The age in days at which what nothing needs goes, unless another is asked for."""
MEGABYTE = 2**20


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 done or shown; 1 the store is still larger than asked for; 2 wrong use, or a crawl works."""

    description = "Throw away what is not needed any more and say how much space that gives; a dry run unless --yes"
    usage, most_arguments = "[options]", 0
    too_many = "clean takes options only, for example: scrapy clean --removed --yes"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--max-age-days",
            metavar="N",
            help="only what is older than N days (pages and files set aside: 14, unless --max-size-gb is given)",
        )
        parser.add_argument(
            "--max-size-gb", metavar="N", help="no more than is needed for the store to take N GB, oldest first"
        )
        parser.add_argument("--removed", action="store_true", help="pictures that no listing shows any more")
        parser.add_argument("--raw", action="store_true", help="originals as they were downloaded; pictures stay")
        add_killed(parser)
        parser.add_argument("--yes", action="store_true", help="do it, rather than say what would be done")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Say what would go, and with --yes let it go."""
        wanted, config = _wanted(opts), read_config(self.settings)
        check_killed(opts)
        plan = _cleaned(config, wanted, opts.killed) if opts.yes else _planned(config, wanted)
        self.tell(_document(plan, opts.yes), _text(plan, opts.yes))
        return PROBLEMS if plan.excess else ALL_CLEAR


def _wanted(opts: argparse.Namespace) -> Wanted:
    age = _number("--max-age-days", opts.max_age_days)
    size = _number("--max-size-gb", opts.max_size_gb)
    chosen = [REMOVED] * opts.removed + [ORIGINAL] * opts.raw
    if size is not None and not chosen:
        chosen = [REMOVED, ORIGINAL]
    usual = USUAL_DAYS if size is None else 0.0
    least = dict.fromkeys(LEFTOVERS, usual if age is None else age)
    return Wanted(least | dict.fromkeys(chosen, 0.0 if age is None else age), size)


def _number(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = read_number(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise UsageError(f"{option} {text}: write a number, 0 or more, for example {option} 14")
    return number


def _planned(config: Config, wanted: Wanted) -> CleanPlan:
    """It changes nothing, so it works where nothing can be written, and while a crawl is at work."""
    with opened_to_read(existing_catalogue(config)) as catalogue, catalogue.reading() as tx:
        return clean_plan(tx, open_store(config.images_store, changes=False), config.catalogue, wanted)


def _cleaned(config: Config, wanted: Wanted, killed: str) -> CleanPlan:
    with contextlib.closing(Catalogue.open(existing_catalogue(config))) as catalogue:
        end_killed_run(catalogue, killed)
        with catalogue.reading() as tx:
            plan = clean_plan(tx, open_store(config.images_store, changes=False), config.catalogue, wanted)
        files = open_store(config.images_store)
        take_off(catalogue, files, plan.going)
        finish_removals(catalogue, files)
        return plan


def _document(plan: CleanPlan, is_done: bool) -> dict[str, Any]:
    return {
        "done": is_done,
        **_sum(plan.going),
        "kinds": {kind: _sum(one for one in plan.going if one.kind == kind) for kind in KINDS},
        "too_young": _sum(plan.too_young),
        "store_bytes": plan.store_bytes,
        "store_bytes_after": plan.store_bytes - plan.freed,
        "excess_bytes": plan.excess,
    }


def _sum(candidates: Iterable[Candidate]) -> dict[str, int]:
    found = list(candidates)
    return {"files": sum(one.files for one in found), "bytes": sum(one.bytes for one in found)}


def _text(plan: CleanPlan, is_done: bool) -> str:
    told = _document(plan, is_done)
    lines = [f"{_size(sums)}  {KINDS[kind]}" for kind, sums in told["kinds"].items() if sums["files"]]
    if told["too_young"]["files"]:
        lines.append(f"{_size(told['too_young'])}  too young to go: --max-age-days 0 takes it too")
    lines.append(_verdict(plan, is_done))
    if plan.excess:
        lines.append(
            f"That leaves {_mb(plan.excess)} more than --max-size-gb allows: pictures that homes show are not cleaned;"
            " forget homes that you need no more (scrapy forget --not-in homes.csv)."
        )
    return "\n".join([*lines, ""])


def _verdict(plan: CleanPlan, is_done: bool) -> str:
    if not plan.going:
        return f"Nothing is to be cleaned; the store takes {_mb(plan.store_bytes)}."
    files, left = counted(sum(one.files for one in plan.going), "file"), _mb(plan.store_bytes - plan.freed)
    if is_done:
        return f"{files}, {_mb(plan.freed)}, are gone; the store takes {left} now."
    return f"{files}, {_mb(plan.freed)}, would go; the store would take {left}. Add --yes to do it."


def _size(sums: dict[str, int]) -> str:
    return f"{counted(sums['files'], 'file'):>13}  {_mb(sums['bytes']):>11}"


def _mb(size: float) -> str:
    return f"{size / MEGABYTE:,.1f} MB" if size >= MEGABYTE / 10 or not size else f"{size / 1024:,.1f} kB"

"""`python -m bench`: measure, print, and save the figures under docs/benchmarks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console

from bench import (
    catalogue_section,
    crawl_section,
    document,
    index_section,
    machine,
    memory_section,
    peers_section,
    pictures_section,
    sources_section,
)
from bench.command_line import command_line
from bench.measure import REPOSITORY
from bench.plan import WORK, Plan
from bench.report import show
from bench.result import Section
from phx_scraper.errors import PhxError

SECTIONS: dict[str, Callable[[Plan], Section]] = {
    "crawl": crawl_section.measure,
    "sources": sources_section.measure,
    "memory": memory_section.measure,
    "pictures": pictures_section.measure,
    "catalogue": catalogue_section.measure,
    "index": index_section.measure,
    "peers": peers_section.measure,
}

_WIDTH_OF_A_FILE = 170


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when every check is met, 1 when one is missed, 2 when it was aborted; a quick run has no targets."""
    try:
        return _run(_parser().parse_args(arguments))
    except (PhxError, RuntimeError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2


def _run(asked: argparse.Namespace) -> int:
    plan = _plan(asked)
    out = asked.out or (WORK / "quick" if asked.quick else REPOSITORY / "docs" / "benchmarks")
    sections = []
    for name in asked.only or SECTIONS:
        sys.stderr.write(f"{name}\n")
        about = {"date": _today(), "rounds": plan.rounds, "quick": asked.quick, "load": machine.load()}
        began = perf_counter()
        section = SECTIONS[name](plan)
        sys.stderr.write(f"  {name}: {perf_counter() - began:.0f} s\n")
        # Written immediately, so that a later failure does not lose it.
        document.write(out, [section], machine.describe(), about)
        sections.append(section)
    console = Console()
    show(sections, console if console.is_terminal else Console(width=_WIDTH_OF_A_FILE))
    missed = any(not check.met for section in sections for check in section.checks)
    return int(missed and not asked.quick)


def _plan(asked: argparse.Namespace) -> Plan:
    if asked.quick:
        return Plan.quick(asked.rounds or 1)
    return Plan(rounds=asked.rounds or Plan().rounds)


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _rounds(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds: give 1 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = command_line(__doc__, __file__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, one round: shows that everything runs")
    parser.add_argument(
        "--only", action="append", choices=SECTIONS, metavar="NAME", help=f"one of {', '.join(SECTIONS)}"
    )
    parser.add_argument("--rounds", type=_rounds, metavar="N", help=f"rounds (default {Plan().rounds})")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the figures go (default docs/benchmarks)")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Runs the tests of the fault matrix, with `--full` also the extended series; prints a line per row."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.command_line import command_line
from tests.faults.extended_faults import long_run
from tests.faults.matrix import MATRIX, Row

REPOSITORY = Path(__file__).parents[2]
TAIL = 6000  # characters of pytest's output that are shown where something failed


@dataclass(frozen=True)
class CaseResult:
    """The result of one test: `passed`, `skipped` or `failed`; `why` for a skipped one."""

    status: str
    reason: str = ""


def main(arguments: Sequence[str]) -> int:
    """`--quick` runs the tests, `--full` also random kills and stops, all crash points, every n. Returns 0 or 1."""
    parser = command_line(__doc__, str(REPOSITORY / "scripts" / "faults.py"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--long", action="store_true", help="what --full adds, without the tests")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="of the long kills at a time")
    chosen = parser.parse_args(arguments)
    bad = 0 if chosen.long else _matrix()
    if chosen.full or chosen.long:
        with tempfile.TemporaryDirectory(prefix="phx-faults-") as folder:
            bad += long_run(Path(folder), chosen.kills, chosen.stops, chosen.seed, chosen.jobs)
    return 1 if bad else 0


def _matrix() -> int:
    with tempfile.TemporaryDirectory(prefix="phx-faults-") as folder:
        report = Path(folder) / "report.xml"
        # Sorted, so that fixtures shared by the tests of a folder are made once.
        nodes = sorted({node for row in MATRIX for node in row.tests})
        environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *nodes]
        done = subprocess.run(line, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        results = _results(report)
    if done.returncode:
        print(f"pytest ended with {done.returncode}:\n{(done.stdout + done.stderr)[-TAIL:]}")
    print(f"{'row':>3}  {'injected':52} {'expected':62} seen")
    return sum(_show(row, results) for row in MATRIX) or int(done.returncode != 0)


def _results(report: Path) -> dict[str, list[CaseResult]]:
    """Test id without parameters -> the result of each of its runs."""
    found: dict[str, list[CaseResult]] = {}
    if not report.exists():
        return found
    for case in ElementTree.parse(report).iter("testcase"):
        module, name = case.get("classname", "").replace(".", "/"), case.get("name", "").partition("[")[0]
        found.setdefault(f"{module}.py::{name}", []).append(_result(case))
    return found


def _result(case: ElementTree.Element) -> CaseResult:
    marks = {child.tag: child.get("message", "") for child in case}
    if marks.keys() & {"failure", "error"}:
        return CaseResult("failed")
    return CaseResult("skipped", marks["skipped"]) if "skipped" in marks else CaseResult("passed")


def _show(row: Row, results: Mapping[str, list[CaseResult]]) -> bool:
    """Print a row; True where the result is not as expected, or there is none."""
    bad, summary = (False, f"not injected: {row.absent}") if row.absent else _summary(row, results)
    print(f"{row.number:>3}  {row.fault:52} {row.expected:62} {summary}", flush=True)
    return bad


def _summary(row: Row, results: Mapping[str, list[CaseResult]]) -> tuple[bool, str]:
    mine = {node: _results_of(node, results) for node in row.tests}
    missing = [node for node, found in mine.items() if not found]
    all_of_it = [end for found in mine.values() for end in found]
    failed, passed = (sum(end.status == status for end in all_of_it) for status in ("failed", "passed"))
    if failed or missing:
        return True, f"NOT as expected: {failed} of {len(all_of_it)} tests failed, not run: {missing or 'none'}"
    skipped = sorted({end.reason for end in all_of_it if end.status == "skipped"})
    left_out = f"; left out: {'; '.join(skipped)}" if skipped else ""
    return not passed, f"{'as expected' if passed else 'NOT SEEN'} ({passed} tests{left_out})"


def _results_of(node: str, results: Mapping[str, list[CaseResult]]) -> list[CaseResult]:
    return [end for name, found in results.items() if name == node or name.startswith(f"{node}::") for end in found]

"""The table of the fault matrix: runs its tests, and with `--full` the long kills; a line per row."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.extended_faults import long_run
from tests.faults.matrix import MATRIX, Row

REPOSITORY = Path(__file__).parents[2]
TAIL = 6000  # characters of pytest's output that are shown where something failed


@dataclass(frozen=True)
class End:
    """How one run of a test ended: `passed`, `skipped` or `failed`; `why` for a skipped one."""

    how: str
    why: str = ""


def main(arguments: Sequence[str]) -> int:
    """`--quick` runs the tests, `--full` also kills and stops at random, all points, and every n. 0 if all is well."""
    parser = argparse.ArgumentParser(prog="faults")
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
        # In their order, so that what the tests of a folder share is made once.
        nodes = sorted({node for row in MATRIX for node in row.tests})
        environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *nodes]
        done = subprocess.run(line, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        ends = _ends(report)
    if done.returncode:
        print(f"pytest ended with {done.returncode}:\n{(done.stdout + done.stderr)[-TAIL:]}")
    print(f"{'row':>3}  {'injected':52} {'expected':62} seen")
    return sum(_show(row, ends) for row in MATRIX) or int(done.returncode != 0)


def _ends(report: Path) -> dict[str, list[End]]:
    """Test id without parameters -> how each of its runs ended."""
    found: dict[str, list[End]] = {}
    if not report.exists():
        return found
    for case in ElementTree.parse(report).iter("testcase"):
        module, name = case.get("classname", "").replace(".", "/"), case.get("name", "").partition("[")[0]
        found.setdefault(f"{module}.py::{name}", []).append(_end(case))
    return found


def _end(case: ElementTree.Element) -> End:
    marks = {child.tag: child.get("message", "") for child in case}
    if marks.keys() & {"failure", "error"}:
        return End("failed")
    return End("skipped", marks["skipped"]) if "skipped" in marks else End("passed")


def _show(row: Row, ends: Mapping[str, list[End]]) -> bool:
    """Print a row; True where what was seen is not as expected, or nothing was."""
    bad, seen = (False, f"not injected: {row.absent}") if row.absent else _seen(row, ends)
    print(f"{row.number:>3}  {row.fault:52} {row.expected:62} {seen}", flush=True)
    return bad


def _seen(row: Row, ends: Mapping[str, list[End]]) -> tuple[bool, str]:
    mine = {node: _of(node, ends) for node in row.tests}
    missing = [node for node, found in mine.items() if not found]
    all_of_it = [end for found in mine.values() for end in found]
    failed, passed = (sum(end.how == how for end in all_of_it) for how in ("failed", "passed"))
    if failed or missing:
        return True, f"NOT as expected: {failed} of {len(all_of_it)} tests failed, not run: {missing or 'none'}"
    skipped = sorted({end.why for end in all_of_it if end.how == "skipped"})
    left_out = f"; left out: {'; '.join(skipped)}" if skipped else ""
    return not passed, f"{'as expected' if passed else 'NOT SEEN'} ({passed} tests{left_out})"


def _of(node: str, ends: Mapping[str, list[End]]) -> list[End]:
    return [end for name, found in ends.items() if name == node or name.startswith(f"{node}::") for end in found]

"""The table of the fault matrix: runs its tests, and with `--full` the long kills; a line per row."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from phx_scraper.storage import crash_points
from tests.faults import crash
from tests.faults.matrix import MATRIX, Row

REPOSITORY = Path(__file__).parents[2]
HITS = (1, 2, 5)
DISK_CALLS = ("write", "fsync", "rename", "commit")


def main(arguments: Sequence[str]) -> int:
    """`--quick` runs the tests, `--full` also `--kills` kills at random, all points, and every n. 0 if all is well."""
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    bad = _quick()
    if chosen.full:
        bad += _full(chosen.kills, chosen.seed)
    return 1 if bad else 0


def _quick() -> int:
    with tempfile.TemporaryDirectory(prefix="phx-faults-") as folder:
        report = Path(folder) / "report.xml"
        nodes = list(dict.fromkeys(node for row in MATRIX for node in row.tests))
        environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *nodes]
        subprocess.run(line, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, check=False)
        endings = _endings(report)
    print(f"{'row':>3}  {'injected':42} {'expected':55} seen")
    return sum(_show(row, endings) for row in MATRIX)


def _endings(report: Path) -> dict[str, list[str]]:
    """Test id without parameters -> how each of its runs ended."""
    found: dict[str, list[str]] = {}
    if not report.exists():
        return found
    for case in ElementTree.parse(report).iter("testcase"):
        module, name = case.get("classname", "").replace(".", "/"), case.get("name", "").partition("[")[0]
        bad = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        found.setdefault(f"{module}.py::{name}", []).append(bad[0] if bad else "passed")
    return found


def _show(row: Row, endings: dict[str, list[str]]) -> int:
    ends = [end for node in row.tests for end in _of(node, endings)]
    missing = [node for node in row.tests if not _of(node, endings)]
    wrong = [end for end in ends if end in {"failure", "error"}]
    seen = f"as expected ({ends.count('passed')} tests)"
    if row.absent:
        seen = f"not injected: {row.absent}"
    elif wrong or missing:
        seen = f"NOT as expected: {len(wrong)} of {len(ends)} tests failed, not run: {', '.join(missing) or 'none'}"
    print(f"{row.number:>3}  {row.fault:42} {row.expected:55} {seen}", flush=True)
    return bool(wrong or missing)


def _of(node: str, endings: dict[str, list[str]]) -> list[str]:
    return [end for name, ends in endings.items() if name == node or name.startswith(f"{node}::") for end in ends]


def _full(kills: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="phx-faults-") as folder, crash.ground(Path(folder)) as ground:
        print(f"kills: an undisturbed crawl takes {ground.seconds:.1f} s; seed {seed}")
        runs = [*_random_kills(ground, kills, seed), *_point_kills(ground)]
        seen = [_run(ground, run) for run in runs]
        failed = [one for name in DISK_CALLS for one in _until_clean(ground, name)]
    bad = [one for one in seen if not one.is_good] + [one for one in failed if one.differences]
    worst = max((one.refetched for one in seen), default=0)
    print(f"{len(seen)} kills and {len(failed)} failing calls: {len(bad)} bad; at most {worst} fetched again"
          f" (in flight: up to {crash.IN_FLIGHT})")  # fmt: skip
    return len(bad)


def _random_kills(ground: crash.Ground, number: int, seed: int) -> Iterator[Callable[[], crash.Seen]]:
    dice = random.Random(seed)
    for count in range(number):
        kill = crash.kill_during(ground.replica, dice.randint(0, sum(ground.urls.values())), dice.uniform(0, 0.4))
        yield lambda name=f"kill-{count}", kill=kill: crash.disturbed(ground, name, kill)


def _point_kills(ground: crash.Ground) -> Iterator[Callable[[], crash.Seen]]:
    for point in crash_points.POINTS:
        for hit in HITS:
            yield lambda place=f"{point}:{hit}": crash.crashed_at(ground, place)


def _until_clean(ground: crash.Ground, name: str) -> Iterator[crash.Seen]:
    """Fail the first, second, … call of a kind, until a crawl makes fewer calls than that.

    After the first few it goes in growing steps: each n is a crawl and its rerun, and there are hundreds.
    """
    number = 0
    while True:
        number += 1 + number // 4
        seen = _run(ground, lambda fault=f"{name}:{number}:ENOSPC": crash.disk_failed(ground, fault))
        yield seen
        if seen.first_code in {0, 1} and not seen.differences and seen.refetched == 0:
            return


def _run(ground: crash.Ground, work: Callable[[], crash.Seen]) -> crash.Seen:
    seen = work()
    print(f"  {seen}", flush=True)
    if seen.is_good:
        shutil.rmtree(ground.folder / seen.what, ignore_errors=True)
    return seen

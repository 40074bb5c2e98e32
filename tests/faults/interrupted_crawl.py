"""Interrupts the real command while it crawls a real replica, runs it again, and compares with an uninterrupted run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from phx_scraper.storage import crash_points
from tests.faults.baseline import IN_FLIGHT, Baseline, state
from tests.faults.interruptions import DEADLINE_SECONDS, Interruption, no_interruption
from tests.faults.store_damage import final_photos, leftovers, permanent_damage
from tests.integration import crawls, fork_server
from tests.snapshot import differences

KILLED = 137
ENDED = frozenset({0, 1})


@dataclass(frozen=True)
class RerunResult:
    """The result of an interrupted crawl and its rerun; `refetched` counts requests beyond those of the baseline."""

    what: str
    first_code: int
    second_code: int
    differences: tuple[str, ...]
    refetched: int
    repeated: tuple[str, ...] = ()
    stored_before: int = 0
    problems: tuple[str, ...] = field(default=())
    printed: str = field(default="", repr=False)

    @property
    def is_good(self) -> bool:
        """Nothing lost, duplicated, damaged or orphaned, and no more refetched than was in flight."""
        lost = self.differences or self.repeated or self.problems
        return not lost and self.refetched <= IN_FLIGHT and self.second_code in ENDED

    def __str__(self) -> str:
        verdict = "good" if self.is_good else f"BAD {[*self.differences, *self.repeated, *self.problems][:3]}"
        return (
            f"{self.what}: exit {self.first_code}, {self.stored_before} photos stored; rerun exit {self.second_code},"
            f" {self.refetched} fetched again; {verdict}"
        )


def run(
    line: Sequence[str], environment: Mapping[str, str] | None = None, interrupt: Interruption = no_interruption
) -> tuple[int, str]:
    """Exit code and output of one crawl, in its own process group; all its processes are killed at the end."""
    chosen = {**crawls.environment(), **(environment or {})}
    if interrupt is no_interruption and line[:3] == [sys.executable, "-m", "scrapy"]:
        done = fork_server.run(line[3:], chosen, DEADLINE_SECONDS)
        return done.returncode, done.stdout + done.stderr
    with subprocess.Popen(
        line,
        cwd=crawls.REPOSITORY,
        env=chosen,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            interrupt(process)
            printed, _ = process.communicate(timeout=DEADLINE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, printed.decode(errors="replace")


def interrupted(
    baseline: Baseline,
    name: str,
    interrupt: Interruption = no_interruption,
    *,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = (),
    prefix: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> RerunResult:
    """One interrupted crawl, then the same command again.

    `program` stands in for `python -m scrapy`, `prefix` before the whole line of the first crawl.
    """
    store = baseline.folder / name
    line = baseline.command(store, settings)
    line = [*prefix, line[0], *program, *line[3:]] if program else [*prefix, *line]
    baseline.replica.reset()
    before = StateBeforeRerun.look(baseline, store, *run(line, environment, interrupt))
    second_code, _ = run(baseline.command(store, settings))
    return rerun_result(baseline, name, before, second_code, store)


@dataclass(frozen=True)
class StateBeforeRerun:
    """The state between an interrupted crawl and its rerun."""

    code: int
    printed: str
    asked: Mapping[str, int]
    final: frozenset[str]
    damage: tuple[str, ...]

    @classmethod
    def look(cls, baseline: Baseline, store: Path, code: int, printed: str) -> StateBeforeRerun:
        """Read the state after a crawl that ended with this code and output."""
        return cls(code, printed, baseline.replica.urls(), final_photos(store), tuple(permanent_damage(store)))


def rerun_result(baseline: Baseline, name: str, before: StateBeforeRerun, second_code: int, store: Path) -> RerunResult:
    """The result, after the rerun has ended."""
    after = baseline.replica.urls()
    again = {url for url, number in after.items() if number > before.asked.get(url, 0)}
    return RerunResult(
        what=name,
        first_code=before.code,
        second_code=second_code,
        differences=differences_from_baseline(baseline, store),
        refetched=sum(max(0, number - baseline.urls.get(url, 0)) for url, number in after.items()),
        repeated=tuple(f"asked again though stored: {url}" for url in sorted(again & before.final)),
        stored_before=len(before.final),
        problems=(*before.damage, *leftovers(store)),
        printed=before.printed,
    )


def crashed_at(baseline: Baseline, point: str) -> RerunResult:
    """A crawl that dies at a named point, and its rerun."""
    return interrupted(baseline, point.replace(":", "-"), environment={crash_points.VARIABLE: point})


def disk_failed(baseline: Baseline, fault: str) -> RerunResult:
    """A crawl on a disk whose n-th call of a kind fails (`write:9:ENOSPC`), and its rerun on a working one."""
    found = interrupted(baseline, fault.replace(":", "-"), program=("-m", "tests.faults.disk_shim", fault))
    return replace(found, problems=(*found.problems, "a traceback")) if "Traceback" in found.printed else found


def crashed_repeatedly(baseline: Baseline, points: Sequence[str]) -> tuple[list[int], RerunResult]:
    """Crawls of one store that die one after another, the last excepted; the exit codes, and the result."""
    store = baseline.folder / "in-a-row"
    baseline.replica.reset()
    codes: list[int] = []
    problems: list[str] = []
    repeated: set[str] = set()
    final: frozenset[str] = frozenset()
    asked: Mapping[str, int] = {}
    for point in [*points, ""]:
        codes.append(run(baseline.command(store), {crash_points.VARIABLE: point})[0])
        now = baseline.replica.urls()
        repeated |= {url for url in final if now.get(url, 0) > asked.get(url, 0)}
        final, asked = final_photos(store), now
        problems += permanent_damage(store)
    # Each of them may have had requests in flight; photos that were final are never requested again.
    return codes[:-1], RerunResult(
        "in-a-row", codes[0], codes[-1], differences_from_baseline(baseline, store), 0, tuple(sorted(repeated)),
        len(final), (*problems, *leftovers(store)),
    )  # fmt: skip


def delete_store(baseline: Baseline, seen: RerunResult) -> None:
    """Remove the store of a good result."""
    shutil.rmtree(baseline.folder / seen.what, ignore_errors=True)


def differences_from_baseline(baseline: Baseline, store: Path) -> tuple[str, ...]:
    """Differences between a store and the baseline's."""
    after = state(store)
    found = differences(baseline.plain, after)
    # `differences` compares sets, which hide a row that exists twice.
    doubled = [f"doubled rows in {name}" for name, rows in after.rows.items() if len(rows) != len(set(rows))]
    return (*found, *doubled)

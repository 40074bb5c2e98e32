"""Disturbs the real command while it crawls a real replica, runs it again, and compares with an undisturbed run."""

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
from tests.faults.baseline import IN_FLIGHT, Ground, state
from tests.faults.damage import lasting_damage, leftovers, settled_photos
from tests.faults.interruptions import DEADLINE_SECONDS, Disturb, let_be
from tests.integration import crawls, fork_server
from tests.snapshot import differences

KILLED = 137
ENDED = frozenset({0, 1})


@dataclass(frozen=True)
class Seen:
    """What came of a disturbed crawl and its rerun; `refetched` counts requests beyond those of the plain run."""

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
        """Nothing lost, doubled, damaged or stray, and no more fetched again than was in flight."""
        lost = self.differences or self.repeated or self.problems
        return not lost and self.refetched <= IN_FLIGHT and self.second_code in ENDED

    def __str__(self) -> str:
        verdict = "good" if self.is_good else f"BAD {[*self.differences, *self.repeated, *self.problems][:3]}"
        return (
            f"{self.what}: exit {self.first_code}, {self.stored_before} photos stored; rerun exit {self.second_code},"
            f" {self.refetched} fetched again; {verdict}"
        )


def run(
    line: Sequence[str], environment: Mapping[str, str] | None = None, disturb: Disturb = let_be
) -> tuple[int, str]:
    """Exit code and output of one crawl, in a process group of its own; none of its processes outlives this."""
    chosen = {**crawls.environment(), **(environment or {})}
    if disturb is let_be and line[:3] == [sys.executable, "-m", "scrapy"]:
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
            disturb(process)
            printed, _ = process.communicate(timeout=DEADLINE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, printed.decode(errors="replace")


def disturbed(
    ground: Ground,
    name: str,
    disturb: Disturb = let_be,
    *,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = (),
    prefix: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Seen:
    """One crawl with a disturbance, then the same command again.

    `program` stands in for `python -m scrapy`, `prefix` before the whole line of the first crawl.
    """
    store = ground.folder / name
    line = ground.command(store, settings)
    line = [*prefix, line[0], *program, *line[3:]] if program else [*prefix, *line]
    ground.replica.reset()
    before = Before.look(ground, store, *run(line, environment, disturb))
    second_code, _ = run(ground.command(store, settings))
    return seen(ground, name, before, second_code, store)


@dataclass(frozen=True)
class Before:
    """How things stood between a disturbed crawl and its rerun."""

    code: int
    printed: str
    asked: Mapping[str, int]
    settled: frozenset[str]
    damage: tuple[str, ...]

    @classmethod
    def look(cls, ground: Ground, store: Path, code: int, printed: str) -> Before:
        """Read what a crawl left that ended with this code and printed this."""
        return cls(code, printed, ground.replica.urls(), settled_photos(store), tuple(lasting_damage(store)))


def seen(ground: Ground, name: str, before: Before, second_code: int, store: Path) -> Seen:
    """What came of it all, now that the rerun has ended."""
    after = ground.replica.urls()
    again = {url for url, number in after.items() if number > before.asked.get(url, 0)}
    return Seen(
        what=name,
        first_code=before.code,
        second_code=second_code,
        differences=differing(ground, store),
        refetched=sum(max(0, number - ground.urls.get(url, 0)) for url, number in after.items()),
        repeated=tuple(f"asked again though stored: {url}" for url in sorted(again & before.settled)),
        stored_before=len(before.settled),
        problems=(*before.damage, *leftovers(store)),
        printed=before.printed,
    )


def crashed_at(ground: Ground, point: str) -> Seen:
    """A crawl that dies at a named point, and its rerun."""
    return disturbed(ground, point.replace(":", "-"), environment={crash_points.VARIABLE: point})


def disk_failed(ground: Ground, fault: str) -> Seen:
    """A crawl on a disk whose n-th call of a kind fails (`write:9:ENOSPC`), and its rerun on a sound one."""
    found = disturbed(ground, fault.replace(":", "-"), program=("-m", "tests.faults.disk_shim", fault))
    return replace(found, problems=(*found.problems, "a traceback")) if "Traceback" in found.printed else found


def crashed_in_a_row(ground: Ground, points: Sequence[str]) -> tuple[list[int], Seen]:
    """Crawls of one store that die one after another, the last excepted; the exit codes, and what came of all."""
    store = ground.folder / "in-a-row"
    ground.replica.reset()
    codes: list[int] = []
    problems: list[str] = []
    repeated: set[str] = set()
    settled: frozenset[str] = frozenset()
    asked: Mapping[str, int] = {}
    for point in [*points, ""]:
        codes.append(run(ground.command(store), {crash_points.VARIABLE: point})[0])
        now = ground.replica.urls()
        repeated |= {url for url in settled if now.get(url, 0) > asked.get(url, 0)}
        settled, asked = settled_photos(store), now
        problems += lasting_damage(store)
    # Each of them may have had its share in flight; what they shared was finished is never asked for again.
    return codes[:-1], Seen(
        "in-a-row", codes[0], codes[-1], differing(ground, store), 0, tuple(sorted(repeated)), len(settled),
        (*problems, *leftovers(store)),
    )  # fmt: skip


def forget(ground: Ground, seen: Seen) -> None:
    """Remove the store of a disturbance that left nothing to look at."""
    shutil.rmtree(ground.folder / seen.what, ignore_errors=True)


def differing(ground: Ground, store: Path) -> tuple[str, ...]:
    """What a store has otherwise than the undisturbed crawl's."""
    after = state(store)
    found = differences(ground.plain, after)
    # `differences` compares sets, in which a row that is there twice would not show.
    doubled = [f"doubled rows in {name}" for name, rows in after.rows.items() if len(rows) != len(set(rows))]
    return (*found, *doubled)

"""Random stops: a crawl is stopped, resumed, stopped again, and ends like an uninterrupted one."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import interrupted_crawl
from tests.faults.baseline import Baseline
from tests.faults.disk_shim import INJECTED
from tests.faults.interruptions import DEADLINE_SECONDS
from tests.faults.store_damage import final_photos, leftovers, permanent_damage
from tests.integration import crawls

SIGNALS = {"TERM": signal.SIGTERM, "INT": signal.SIGINT, "KILL": signal.SIGKILL}
DISK = "DISK"
# Calls that fail, with their numbers in a first and in a resumed crawl of the baseline: one of them is chosen.
CALLS = {"write": (60, 20), "fsync": (120, 40), "rename": (60, 20), "commit": (80, 30)}
STOPS_PER_STORE = 2
STOPPED = 3
_KILL_AFTER = 60.0
"""Seconds after which a crawl that does not stop is killed."""


@dataclass(frozen=True)
class Stop:
    """One stopped crawl: the kind of stop, its exit code, seconds until its end; `hit` is False if it ended before."""

    how: str
    code: int
    seconds: float
    hit: bool
    printed: str = field(repr=False)

    def problems(self, limit: float) -> Iterator[str]:
        """Deviations from the expected end; `limit` is in seconds."""
        if self.hit and self.how != "KILL" and self.seconds > limit:
            yield f"{self.how}: ended after {self.seconds:.1f} s"
        if self.hit and self.code not in {STOPPED, -signal.SIGKILL, *interrupted_crawl.ENDED}:
            yield f"{self.how}: exit code {self.code}"
        if "Traceback" in self.printed:
            yield f"{self.how}: a traceback"

    def __str__(self) -> str:
        return f"{self.how} {self.seconds:.1f} s" if self.hit else f"{self.how} too late"


@dataclass(frozen=True)
class Row:
    """Consecutive stops of one store, the run that completed it, and the result."""

    stops: tuple[Stop, ...]
    seen: interrupted_crawl.RerunResult

    @property
    def hits(self) -> int:
        """Crawls that were stopped before their end."""
        return sum(stop.hit for stop in self.stops)

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.stops))}; {self.seen}"


def stopped_repeatedly(baseline: Baseline, number: int, seed: int, limit: float) -> Row:
    """Stop a first and a resumed crawl at random, then complete it; `limit` is the seconds allowed for each end."""
    rng = random.Random(f"{seed}-{number}")
    name = f"stops-{number}"
    store = baseline.folder / name
    baseline.replica.reset()
    stops: list[Stop] = []
    problems: list[str] = []
    repeated: set[str] = set()
    final: frozenset[str] = frozenset()
    asked: Mapping[str, int] = {}
    for turn in range(STOPS_PER_STORE + 1):
        if turn < STOPS_PER_STORE:
            stops.append(_stopped(baseline, store, rng, is_first=turn == 0))
            problems += stops[-1].problems(limit)
        else:
            second_code, printed = interrupted_crawl.run(baseline.command(store))
        now = baseline.replica.urls()
        repeated |= {url for url in final if now.get(url, 0) > asked.get(url, 0)}
        final, asked = final_photos(store), now
        problems += permanent_damage(store)
    found = interrupted_crawl.differences_from_baseline(baseline, store)
    again = tuple(f"asked again though stored: {url}" for url in sorted(repeated))
    wrong = (*problems, *leftovers(store))
    seen = interrupted_crawl.RerunResult(name, stops[0].code, second_code, found, 0, again, len(final), wrong, printed)
    return Row(tuple(stops), seen)


def _stopped(baseline: Baseline, store: Path, rng: random.Random, is_first: bool) -> Stop:
    how = rng.choice([*SIGNALS, DISK])
    line, log = baseline.command(store), baseline.folder / f"{store.name}.log"
    if how == DISK:
        call = rng.choice(list(CALLS))
        fault = f"{call}:{rng.randint(1, CALLS[call][not is_first])}:{rng.choice(['ENOSPC', 'EIO'])}"
        line = [line[0], "-m", "tests.faults.disk_shim", fault, *line[3:]]
        return _ended(line, fault, log, lambda: INJECTED in log.read_text(errors="replace"), lambda process: None)
    left = sum(baseline.urls.values()) - sum(baseline.replica.urls().values())
    target = crawls.requests(baseline.replica) + rng.randint(1, max(1, left * 2 // 3))
    moment = rng.uniform(0, 0.3)

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        if how == "TERM":
            process.terminate()
        else:
            os.killpg(process.pid, SIGNALS[how])

    return _ended(line, how, log, lambda: crawls.requests(baseline.replica) >= target, interrupt)


def _ended(
    line: list[str],
    how: str,
    log: Path,
    is_due: Callable[[], bool],
    interrupt: Callable[[subprocess.Popen[bytes]], None],
) -> Stop:
    """Run a crawl, interrupt it when `is_due`, and measure how long it takes to end."""
    interrupted_at = 0.0
    with (
        log.open("wb") as output,
        subprocess.Popen(
            line, cwd=crawls.REPOSITORY, env=crawls.environment(), stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        until = time.monotonic() + DEADLINE_SECONDS
        while process.poll() is None and time.monotonic() < until:
            if not interrupted_at and is_due():
                interrupt(process)
                interrupted_at = time.monotonic() if process.poll() is None else 0.0
                until = time.monotonic() + _KILL_AFTER
            select.select([], [], [], 0.01)
        ended = time.monotonic()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # A crawl stopped by its disk may end between two polls.
    printed = log.read_text(errors="replace")
    hit = bool(interrupted_at) or INJECTED in printed or process.returncode == -signal.SIGKILL
    return Stop(how, process.returncode, ended - interrupted_at if interrupted_at else 0.0, hit, printed)

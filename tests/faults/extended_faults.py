"""What `make faults-full` adds: a hundred kills and stops, every crash point, every failing call, and large crawls."""

from __future__ import annotations

import os
import queue
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from phx_scraper.storage import crash_points
from tests.faults import interrupted_crawl
from tests.faults.baseline import ADDRESSES, IN_FLIGHT, Baseline, baseline
from tests.faults.disk_shim import INJECTED
from tests.faults.interruptions import kill_during
from tests.faults.random_stops import STOPS_PER_STORE, stopped_repeatedly
from tests.integration.crawls import REPOSITORY

# The hits of a point at which a crawl is killed: the first while it opens, the later ones during its work.
_FEW = {"close": (1,), "unlink": (1, 2)}
CRASH_HITS = {point: _FEW.get(point.partition(".")[0], (1, 4, 11)) for point in crash_points.POINTS}
# The calls that fail, for n = 1, 2, 3 …, and with what; the most frequent calls first.
DISK_FAULTS = (
    *("fsync:EIO", "commit:ENOSPC", "commit:EIO", "write:ENOSPC", "rename:ENOSPC"),
    *("link:ENOSPC", "unlink:EIO"),
)
KILLS_OF_A_SERIES = 10
STOPS_OF_A_SERIES = 5
SECONDS_TO_END = 10.0
"""Limit for the end of a crawl after a signal or a disk failure."""
# Homes of fifty photos each, for the tests of very many photos.
LARGER_RUNS = {
    "test_memory.py": {"PHX_MEMORY_HOMES": "400"},
    "test_fuzzed_pictures.py": {"PHX_FUZZED_HOMES": "200"},
}
RESULT_LINE = re.compile(r"\d+ (?:photos|damaged pictures): ")
TAIL = 3000

Series = Callable[[Baseline], Iterator[interrupted_crawl.RerunResult]]


def long_run(folder: Path, kills: int, stops: int, seed: int, jobs: int) -> int:
    """Print a line per interruption and a summary of each kind; returns the number of failures."""
    began = time.monotonic()
    # Kills need longer crawls; each point and each n has its own crawl, as small as possible.
    failures = _phase(folder / "kills", jobs, _random_kills(kills, seed), ADDRESSES[:4], photos=(4, 6))
    rows = _random_stops(stops, seed)
    failures += _phase(folder / "stops", jobs, rows, ADDRESSES[:4], photos=(4, 6))
    small: dict[str, Any] = {"photos": (2, 3), "sources": ("zillow", "redfin")}
    failures += _phase(folder / "small", jobs, {**_every_n(), **_every_point()}, ADDRESSES[:1], **small)
    failures += _many_photos()
    print(f"{failures} bad, after {(time.monotonic() - began) / 60:.0f} min with {jobs} at a time")
    return failures


def _random_kills(number: int, seed: int) -> dict[str, Series]:
    parts = [range(first, min(first + KILLS_OF_A_SERIES, number)) for first in range(0, number, KILLS_OF_A_SERIES)]
    return {f"kills {part[0] + 1} to {part[-1] + 1}": partial(_killed, part, seed) for part in parts}


def _killed(numbers: Sequence[int], seed: int, made: Baseline) -> Iterator[interrupted_crawl.RerunResult]:
    for number in numbers:
        rng = random.Random(f"{seed}-{number}")
        kill = kill_during(made.replica, rng.randint(0, sum(made.urls.values())), rng.uniform(0, 0.4))
        yield interrupted_crawl.interrupted(made, f"kill-{number + 1}", kill)


def _random_stops(number: int, seed: int) -> dict[str, Series]:
    """First and resumed crawls, stopped in sequence."""
    rows = -(-number // STOPS_PER_STORE)
    parts = [range(first, min(first + STOPS_OF_A_SERIES, rows)) for first in range(0, rows, STOPS_OF_A_SERIES)]
    return {
        f"stops {part[0] * STOPS_PER_STORE + 1} to {(part[-1] + 1) * STOPS_PER_STORE}": partial(_stopped, part, seed)
        for part in parts
    }


def _stopped(numbers: Sequence[int], seed: int, made: Baseline) -> Iterator[interrupted_crawl.RerunResult]:
    for number in numbers:
        row = stopped_repeatedly(made, number, seed, SECONDS_TO_END)
        print(f"    {', '.join(map(str, row.stops))}", flush=True)
        yield row.seen


def _every_point() -> dict[str, Series]:
    return {f"dies at {point}": partial(_crashes_at, point) for point in crash_points.POINTS}


def _crashes_at(point: str, made: Baseline) -> Iterator[interrupted_crawl.RerunResult]:
    for hit in CRASH_HITS[point]:
        yield interrupted_crawl.crashed_at(made, f"{point}:{hit}")


def _every_n() -> dict[str, Series]:
    return {f"fails for every n: {fault}": partial(_until_clean, fault) for fault in DISK_FAULTS}


def _until_clean(fault: str, made: Baseline) -> Iterator[interrupted_crawl.RerunResult]:
    """Fail the first, second, … call of a kind, until a crawl makes fewer calls than that."""
    call, _, error = fault.partition(":")
    number = 0
    while True:
        number += 1
        seen = interrupted_crawl.disk_failed(made, f"{call}:{number}:{error}")
        yield seen
        if INJECTED not in seen.printed:
            return


def _phase(folder: Path, jobs: int, series: Mapping[str, Series], homes: Sequence[str], **options: Any) -> int:
    """Run all series, `jobs` at a time, each with its own replica."""
    idle: queue.SimpleQueue[Baseline] = queue.SimpleQueue()
    with ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        for number in range(jobs):
            place = folder / str(number)
            place.mkdir(parents=True)
            idle.put(stack.enter_context(baseline(place, homes, **options)))
        found = list(pool.map(partial(_run, idle), series.values()))
    return sum(_sum_up(what, seen) for what, seen in zip(series, found, strict=True))


def _run(idle: queue.SimpleQueue[Baseline], series: Series) -> list[interrupted_crawl.RerunResult]:
    made = idle.get()
    try:
        return [_printed(made, seen) for seen in series(made)]
    finally:
        idle.put(made)


def _printed(made: Baseline, seen: interrupted_crawl.RerunResult) -> interrupted_crawl.RerunResult:
    print(f"  {seen}" if seen.is_good else f"  {seen}\n{seen.printed[-TAIL:]}", flush=True)
    if seen.is_good:
        interrupted_crawl.delete_store(made, seen)
    return seen


def _sum_up(what: str, seen: list[interrupted_crawl.RerunResult]) -> int:
    failures = sum(not one.is_good for one in seen)
    early = sum(one.first_code not in interrupted_crawl.ENDED for one in seen)
    worst = max(one.refetched for one in seen)
    print(
        f"{what:36} {len(seen):4} crawls, {early:4} ended early; lost, doubled, damaged, stray: {failures};"
        f" fetched again at most {worst} (in flight: up to {IN_FLIGHT})",
        flush=True,
    )
    return failures


def _many_photos() -> int:
    """The tests of large crawls, at their full size."""
    return sum(_larger_run(name, variables) for name, variables in LARGER_RUNS.items())


def _larger_run(name: str, variables: Mapping[str, str]) -> int:
    line = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", f"tests/faults/{name}"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | variables
    done = subprocess.run(line, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    said = [line.lstrip(".") for line in done.stdout.splitlines() if RESULT_LINE.search(line)]
    print("\n".join(said) if done.returncode == 0 else done.stdout[-TAIL:], flush=True)
    return int(done.returncode != 0)

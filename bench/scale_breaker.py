"""Whether several workers together open one breaker: `python -m bench.scale_breaker [WORKERS [HOMES]]`.

One worker and then several carry out a job, a slice each, at a replica where one source refuses everything after its
first requests, when all are under way. Pauses are a tenth of those as shipped, and shared in a Redis of their own.
Printed: how often that source was asked for pages, how many visits it refused until all left it alone, and how many of
another source ended well. Exit code 1: with several, more visits were refused than with one and, for each worker more,
one that was on its way.
"""

from __future__ import annotations

import select
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.command_line import command_line, perhaps, whole
from bench.homes_list import address
from phx_scraper.replica import Options, Replica, running
from phx_scraper.sources import SOURCES
from tests.integration.worker_runs import Workplace
from tests.redis_server import WHY_NOT, RedisServer, redis_program

REFUSING, GOOD = "zillow", "phoenix_mls"
SETTINGS = {"PHX_DELAY_SCALE": "0.1", "PHX_BREAKER_COOLDOWN": "3600"}
SERVED = 60
"""Requests before the refusals begin."""
_SECONDS = 600.0
_STATE = "SELECT page_failures, opened_at IS NOT NULL FROM breakers WHERE source = 'zillow'"
_ENDS = "SELECT source, outcome, count(*) FROM visits GROUP BY 1, 2 ORDER BY 1, 2"


@dataclass(frozen=True, slots=True)
class Round:
    """Requests for pages of the refusing source, visits that ended refused, and those of the other that ended well."""

    asked: int
    refused: int
    well: int


def carried_out(folder: Path, replica: Replica, workers: int, homes: int) -> Round:
    """A job of so many homes by so many workers, to its end; prints it. Raises AssertionError where none is open."""
    folder.mkdir()
    place = Workplace(folder, RedisServer(folder), replica)
    place.own |= SETTINGS
    replica.reset()
    try:
        sources = ("--sources", f"{REFUSING},{GOOD}", "--slice", str(-(-homes // workers)))
        job_id = place.submit([address(number) for number in range(homes)], *sources)
        for _ in range(workers):
            place.worker()
        state = _ended(place, job_id)
        ends = {(source, outcome): number for source, outcome, number in place.rows(_ENDS)}
        breaker = place.rows(_STATE)
        crawls = place.rows("SELECT count(DISTINCT run_id) FROM job_slices")[0][0]
    finally:
        place.end()
        place.redis.kill()
    asked = sum(len(times) for host, times in replica.times().items() if host in SOURCES[REFUSING].page_hosts)
    found = Round(asked, ends.get((REFUSING, "blocked"), 0), ends.get((GOOD, "ok"), 0))
    print(
        f"{workers} workers, {crawls} crawls, {homes} homes: {found}; breaker {breaker}; job {state}",
        flush=True,
    )
    assert [bool(opened) for _, opened in breaker] == [True], "it is not left alone"
    return found


def _ended(place: Workplace, job_id: str) -> str:
    until = time.monotonic() + _SECONDS
    while True:
        [(state,)] = place.rows(f"SELECT state FROM jobs WHERE job_id = '{job_id}'")
        if state not in {"queued", "running"} or time.monotonic() > until:
            return str(state)
        select.select([], [], [], 0.5)


def main(workers: int, homes: int) -> int:
    """Both rounds."""
    if redis_program() is None:
        sys.stderr.write(f"{WHY_NOT}\n")
        return 2
    shown = Options(photos=(1, 2), width=384, kinds=frozenset(), refuse=((REFUSING, SERVED),))
    with tempfile.TemporaryDirectory(prefix="phx-breaker-") as name, running(shown) as replica:
        one = carried_out(Path(name) / "one", replica, 1, homes)
        many = carried_out(Path(name) / "many", replica, workers, homes)
    return 0 if many.refused <= one.refused + workers - 1 and many.well == one.well == homes else 1


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "workers", 5, whole(), "in the second round")
    perhaps(parser, "homes", 60, whole(), "of the job")
    sys.exit(main(**vars(parser.parse_args())))

"""Workers share a job while they, their crawls and Redis are killed, paused and wiped at random; then all is counted.

`python scripts/disturbed_jobs.py --homes 20 --disturbances 20 --workers 3 --seed 1`; needs a redis-server and the
extra `[service]`. Every visit must end as in one plain crawl, none may be lost, and no photo may be asked for more
often than the disturbances that could have cut it off.
"""

from __future__ import annotations

import argparse
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from phx_scraper.homes import read_addresses
from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import EXAMPLE_HOMES, crawl, rows
from tests.integration.worker_runs import Workplace, crawl_of, descendants, kill
from tests.redis_server import RedisServer

PAUSE_SECONDS = 26.0
"""Longer than a lease."""
END_SECONDS = 900.0
OUTCOMES = "SELECT address, source, outcome FROM visits JOIN homes USING (property_hash) ORDER BY 1, 2"
PHOTOS = "SELECT source, key, state FROM photos ORDER BY 1, 2"


class Disturber:
    """Does one thing after another to workers and Redis."""

    def __init__(self, place: Workplace, workers: int, chance: random.Random) -> None:
        self.place = place
        self.chance = chance
        self.paused: list[tuple[float, list[int]]] = []
        self.log: list[str] = []
        self.workers = [place.worker() for _ in range(workers)]

    def disturb(self) -> None:
        """One of the seven, at a worker by chance."""
        number = self.chance.randrange(len(self.workers))
        worker = self.workers[number]
        what = self.chance.choice(
            ["kill worker", "kill crawl", "kill horse", "pause", "leave", "kill redis", "wipe redis"]
        )
        self.log.append(f"{what} {number}")
        if what == "kill worker":
            kill(worker.pid)
            self._anew(number)
        elif what == "leave":
            kill(worker.pid, signal.SIGTERM)
            self._anew(number)
        elif what in {"kill crawl", "kill horse"}:
            self._kill_below(worker, what)
        elif what == "pause":
            pids = [worker.pid, *descendants(worker.pid)]
            for pid in pids:
                kill(pid, signal.SIGSTOP)
            self.paused.append((time.monotonic() + PAUSE_SECONDS, pids))
        elif what == "kill redis":
            self.place.redis.kill()
            rest(self.chance.uniform(0.5, 8))
            self.place.redis.start()
        else:
            self.place.redis.wipe()

    def wake(self, all_of_them: bool = False) -> None:
        """Those whose time has come."""
        due = [one for one in self.paused if all_of_them or one[0] <= time.monotonic()]
        for one in due:
            self.paused.remove(one)
            for pid in one[1]:
                kill(pid, signal.SIGCONT)

    def _kill_below(self, worker: subprocess.Popen[bytes], what: str) -> None:
        below = descendants(worker.pid)
        pid = crawl_of(worker) if what == "kill crawl" else next(iter(below), None)
        if pid is not None:
            kill(pid)

    def _anew(self, number: int) -> None:
        self.workers[number] = self.place.worker()


def rest(seconds: float) -> None:
    """Wait."""
    select.select([], [], [], seconds)


def is_as_plain(place: Workplace, replica: Replica, disturber: Disturber, sources: str) -> bool:
    """Print what came of it, against one plain crawl of the same list; whether that is what must come."""
    asked = replica.urls()
    often = [number for number in asked.values() if number > 1]
    plain = place.folder / "plain"
    crawl("all", plain, replica.url, addresses=place.folder / "homes.csv", sources=sources)
    visits, photos = (rows(place.store, query) == rows(plain, query) for query in (OUTCOMES, PHOTOS))
    print(*disturber.log, sep="; ")
    print(f"as in a plain crawl: visits {visits}, photos {photos}")
    print(f"asked for more than once: {len(often)} of {len(asked)} files, at most {max(often, default=1)} times")
    for row in rows(place.store, "SELECT number, state, attempts, token, reason FROM job_slices"):
        print("  slice", *row)
    return visits and photos


def main() -> None:
    """Exit code 0: all is as in a plain crawl."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("homes", 20), ("disturbances", 20), ("workers", 3), ("slice", 4), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--sources", default="phoenix_mls,redfin")
    opts = parser.parse_args()
    homes = [home.address for home in read_addresses(str(EXAMPLE_HOMES))[0]][: opts.homes]
    with tempfile.TemporaryDirectory(prefix="phx-jobs-") as name, running(Options(photos=(2, 4), width=384)) as replica:
        folder = Path(name)
        place = Workplace(folder, RedisServer(folder), replica)
        try:
            job_id = place.submit(homes, "--slice", str(opts.slice), "--sources", opts.sources)
            disturber = Disturber(place, opts.workers, random.Random(opts.seed))
            is_over = run(place, disturber, job_id, opts.disturbances)
            is_right = is_over and is_as_plain(place, replica, disturber, opts.sources)
        finally:
            place.end()
            place.redis.kill()
    sys.exit(0 if is_right else 1)


def run(place: Workplace, disturber: Disturber, job_id: str, disturbances: int) -> bool:
    """Disturb, then wait for the end; set aside is tried again, since it is the disturbances that set it aside."""
    until = time.monotonic() + END_SECONDS
    state = ""
    while time.monotonic() < until and state != "finished":
        if len(disturber.log) < disturbances:
            disturber.disturb()
        disturber.wake(all_of_them=len(disturber.log) >= disturbances and not disturber.paused[1:])
        rest(disturber.chance.uniform(1, 6))
        [(state,)] = rows(place.store, "SELECT state FROM jobs")
        if state in {"set_aside", "failed"}:
            disturber.log.append(f"retry: {place.scrapy('jobs', 'retry', job_id).output.splitlines()[0]}")
    print(f"{len(disturber.log)} disturbances, the job is {state}")
    return state == "finished"


if __name__ == "__main__":
    main()

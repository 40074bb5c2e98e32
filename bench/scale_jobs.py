"""What jobs, PostgreSQL and a bucket add to a picture's CPU: `python -m bench.scale_jobs [HOMES] [PHOTOS] [ROUNDS]`.

The same homes are collected from nothing by one plain crawl (a file and a folder), by the same crawl with its catalogue
in PostgreSQL, in a bucket, and both, and by workers that share them as a job, 25 homes a slice. `--job`: only the plain
crawl and the job on both. Each way once a round, so that whatever else the machine does falls on all alike. CPU is of
all processes of ours, workers and what they start included; that of the servers is told apart (the S3 server is moto,
which is no measure of one). Reports, which only folders have, are off.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.alternation import alternate
from bench.measure import REPOSITORY, Cost, cpu_seconds, run, scrapy
from bench.plan import SOURCE, Plan
from phx_scraper.replica import Replica
from tests.integration.worker_runs import command_line, descendants, in_bucket
from tests.postgresql_server import PostgresqlServer, running_server
from tests.redis_server import RedisServer
from tests.s3_server import new_place, s3_server

WORKERS = 3
HOMES, PHOTOS, ROUNDS = 75, 40, 3
USUAL, JOB = "plain crawl", f"a job, {WORKERS} workers, both"
WELL = {0, 1}
STORED = "SELECT count(*) FROM photos WHERE state = 'stored'"
_USUAL = {"PHX_DELAY_SCALE": "0", "PHX_REPORT": "False", "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True, slots=True)
class Found:
    """Of one collection: CPU seconds of ours and of each server, pictures, seconds that passed."""

    cpu: float
    servers: Mapping[str, float]
    pictures: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Servers:
    """All that runs beside; `homes` is the list to collect."""

    folder: Path
    homes: Path
    replica: Replica
    postgresql: PostgresqlServer
    s3_url: str
    redis: RedisServer

    def cpu(self) -> dict[str, float]:
        """Seconds of each until now."""
        postmaster = (self.postgresql.folder / "data" / "postmaster.pid").read_text().split("\n")[0]
        (s3_pid,) = (pid for pid in descendants(os.getpid()) if b"moto.server" in command_line(pid))
        return {
            "PostgreSQL": _with_children(int(postmaster)),
            "S3 server": cpu_seconds(s3_pid),
            "replica": cpu_seconds(self.replica.pid),
        }


@contextlib.contextmanager
def all_servers(replica: Replica, homes: Path) -> Iterator[Servers]:
    """Until the end."""
    with (
        tempfile.TemporaryDirectory(prefix="phx-ways-") as name,
        running_server() as postgresql,
        s3_server() as s3_url,
    ):
        redis = RedisServer(Path(name))
        try:
            yield Servers(Path(name), homes, replica, postgresql, s3_url, redis)
        finally:
            redis.kill()


class Collection:
    """The homes collected once, from nothing, into a place of its own."""

    def __init__(self, servers: Servers, *, has_database: bool = False, has_bucket: bool = False) -> None:
        self._servers = servers
        self._folder = Path(tempfile.mkdtemp(dir=servers.folder))
        self._settings = {**_USUAL, "PHX_REPLICA_URL": servers.replica.url, "PHX_REDIS_URL": servers.redis.url}
        self._settings["IMAGES_STORE"] = str(self._folder / "store")
        self._database = self._folder.name.lower() if has_database else ""
        if has_database:
            servers.postgresql.run(f'CREATE DATABASE "{self._database}"')
            self._settings["PHX_CATALOGUE_URL"] = servers.postgresql.url(self._database)
        else:
            self._settings["PHX_CATALOGUE_URL"] = str(self._folder / "catalogue.sqlite")
        if has_bucket:
            self._settings |= in_bucket(new_place(servers.s3_url))

    def by_crawl(self) -> Found:
        """One plain crawl."""
        return self._found(lambda: [self._run("crawl", SOURCE, "-a", f"addresses={self._servers.homes}")])

    def by_job(self) -> Found:
        """Workers that share it; handing it in counts too."""

        def work() -> list[Cost]:
            handed_in = self._run("jobs", "submit", str(self._servers.homes), "--sources", SOURCE)
            with ThreadPoolExecutor(WORKERS) as pool:
                workers = [pool.submit(self._run, "worker", "--burst") for _ in range(WORKERS)]
            return [handed_in, *(worker.result() for worker in workers)]

        return self._found(work)

    def _found(self, work: Callable[[], Sequence[Cost]]) -> Found:
        before, began = self._servers.cpu(), time.perf_counter()
        costs = work()
        seconds, after = time.perf_counter() - began, self._servers.cpu()
        if not {cost.code for cost in costs} <= WELL:
            raise RuntimeError("\n".join(path.read_text()[-2000:] for path in self._folder.glob("*.log")))
        [(pictures,)] = self._stored()
        servers = {name: after[name] - before[name] for name in after}
        return Found(sum(cost.cpu for cost in costs), servers, pictures, seconds)

    def _stored(self) -> list[tuple[int, ...]]:
        if self._database:
            return self._servers.postgresql.run(STORED, database=self._database)
        with contextlib.closing(sqlite3.connect(self._folder / "catalogue.sqlite")) as database:
            return database.execute(STORED).fetchall()

    def _run(self, *words: str) -> Cost:
        log = Path(tempfile.mkstemp(suffix=".log", dir=self._folder)[1])
        return run(scrapy(*words), REPOSITORY, log, self._settings)


def _with_children(pid: int) -> float:
    """User + system seconds of a process, of those that it has waited for, and of those that run (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds, descendants(pid)))


def main(homes: int, photos: int, rounds: int, *, is_job_only: bool = False) -> None:
    """Measure and print."""
    with Plan(photos=photos).replica(homes) as (replica, listed), all_servers(replica, listed) as servers:
        collect = partial(Collection, servers)
        ways: dict[str, Callable[[], Found]] = {
            USUAL: lambda: collect().by_crawl(),
            "in a bucket": lambda: collect(has_bucket=True).by_crawl(),
            "on PostgreSQL": lambda: collect(has_database=True).by_crawl(),
            "both": lambda: collect(has_database=True, has_bucket=True).by_crawl(),
            "a job, nothing else": lambda: collect().by_job(),
            JOB: lambda: collect(has_database=True, has_bucket=True).by_job(),
        }
        if is_job_only:
            ways = {way: ways[way] for way in (USUAL, JOB)}
        # The first crawl warms the replica's memory.
        ways[USUAL]()
        found = alternate(ways, rounds)
    usual = found[USUAL]
    for way, results in found.items():
        _tell(way, results, usual)


def _tell(way: str, results: Sequence[Found], usual: Sequence[Found]) -> None:
    ours = statistics.median(1000 * one.cpu / one.pictures for one in results)
    more = statistics.median(
        100 * ((one.cpu / one.pictures) / (plain.cpu / plain.pictures) - 1)
        for one, plain in zip(results, usual, strict=True)
    )
    servers = ", ".join(
        f"{name} {statistics.median(1000 * one.servers[name] / one.pictures for one in results):.1f}"
        for name in results[0].servers
    )
    seconds = statistics.median(one.seconds for one in results)
    pictures = results[0].pictures
    print(f"{way:28} {ours:6.1f} ms a picture ({more:+.1f} %), {pictures} pictures, {seconds:.0f} s; {servers}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m bench.scale_jobs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in (("homes", HOMES), ("photos", PHOTOS), ("rounds", ROUNDS)):
        parser.add_argument(name, type=int, nargs="?", default=usual)
    parser.add_argument("--job", action="store_true", help="only the plain crawl and the job on both servers")
    asked = parser.parse_args()
    main(asked.homes, asked.photos, asked.rounds, is_job_only=asked.job)

"""Real workers, of a store, a Redis and perhaps a PostgreSQL and a bucket of their own, at a replica."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from phx_scraper.model.store_place import S3Place
from phx_scraper.replica import Replica
from phx_scraper.storage.files import paths
from tests.integration import fork_server
from tests.integration.crawls import REPOSITORY, Result, environment, rows
from tests.postgresql_server import PostgresqlServer
from tests.redis_server import RedisServer

PATIENCE = 300.0
_numbers = count(1)


class Workplace:
    """A store, a Redis and a replica; whatever runs there at the end is killed.

    The catalogue is a file of the store, or a database of `server`; pictures lie in the store, or in `bucket`.
    """

    def __init__(
        self,
        folder: Path,
        redis: RedisServer,
        replica: Replica,
        server: PostgresqlServer | None = None,
        bucket: S3Place | None = None,
    ) -> None:
        self.store = folder / "store"
        self.folder = folder
        self.redis = redis
        self.replica = replica
        self.server = server
        self.database = f"jobs_{os.getpid()}_{next(_numbers)}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.own: dict[str, str] = {}
        if server:
            server.run(f"CREATE DATABASE {self.database}")
            self.own["PHX_CATALOGUE_URL"] = server.url(self.database)
        if bucket:
            self.own |= in_bucket(bucket)

    @property
    def environment(self) -> dict[str, str]:
        quick = {"PHX_DELAY_SCALE": "0", "PHX_IMAGE_WORKERS": "1", "PHX_REPLICA_URL": self.replica.url}
        own = {"IMAGES_STORE": str(self.store), "PHX_REDIS_URL": self.redis.url, "TMPDIR": str(self.folder)}
        # Of rq's own warnings, and those of a fork, none is ours.
        return {**environment(), **quick, **own, "PYTHONWARNINGS": "default", **self.own}

    def scrapy(self, *words: str) -> Result:
        """Run a command to its end."""
        done = fork_server.run(words, self.environment, PATIENCE)
        return Result(done.returncode, done.stdout + done.stderr)

    def submit(self, homes: Sequence[str], *options: str) -> str:
        """Hand in a job; its id."""
        path = self.folder / "homes.csv"
        path.write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes), encoding="utf-8")
        done = self.scrapy("jobs", "submit", str(path), "--json", *options)
        assert done.code == 0, done.output
        return str(json.JSONDecoder().raw_decode(done.output)[0]["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """What `scrapy jobs show` says of it."""
        found: dict[str, Any] = json.loads(self.scrapy("jobs", "show", job_id, "--json").output)
        return found

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        line = [sys.executable, "-m", "scrapy", "worker", *options]
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        with log:
            worker = subprocess.Popen(line, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log)
        self.workers.append(worker)
        return worker

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the catalogue. Raises what its driver raises."""
        if self.server:
            return self.server.run(query, database=self.database)
        return rows(self.store, query)

    def change(self, statement: str) -> None:
        """Change rows of a catalogue in a file."""
        with contextlib.closing(sqlite3.connect(self.store / paths.CATALOGUE)) as connection, connection:
            connection.execute(statement)

    def until(self, job_id: str, *states: str) -> dict[str, Any]:
        """Wait until the job stands so; what `scrapy jobs show` says of it then."""
        query = f"SELECT state FROM jobs WHERE job_id = '{job_id}'"
        self.when(lambda: self.rows(query), lambda found: found[0][0] in states)
        return self.job(job_id)

    def when(self, ask: Callable[[], Any], is_so: Callable[[Any], bool]) -> Any:
        """Wait for an answer."""
        until = time.monotonic() + PATIENCE
        while not is_so(found := ask()):
            assert time.monotonic() < until, f"{found}\n{self.logs()}"
            select.select([], [], [], 0.1)
        return found

    def logs(self) -> str:
        """What the workers said."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("worker-*.log")))

    def end(self) -> None:
        """Kill what is left."""
        for worker in self.workers:
            for pid in [*descendants(worker.pid), worker.pid]:
                kill(pid)
            worker.wait()
        if self.server:
            self.server.run(f"DROP DATABASE {self.database} WITH (FORCE)")


def in_bucket(place: S3Place) -> dict[str, str]:
    """What tells a process that pictures lie there."""
    access = place.access
    told = {"AWS_ACCESS_KEY_ID": access.key_id, "AWS_SECRET_ACCESS_KEY": access.secret}
    where = {"AWS_DEFAULT_REGION": access.region, "AWS_ENDPOINT_URL": access.endpoint}
    return {"IMAGES_STORE": str(place), **{name: str(value) for name, value in (told | where).items()}}


def descendants(pid: int) -> list[int]:
    """Processes that this one has started, and these."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def crawl_of(worker: subprocess.Popen[bytes]) -> int | None:
    """The process of a worker's crawl, None while it has none."""
    for pid in descendants(worker.pid):
        if b"\0crawl\0" in command_line(pid):
            return pid
    return None


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def slices(job: Mapping[str, Any]) -> list[tuple[str, int]]:
    """State and attempts of each slice."""
    return [(one["state"], one["attempts"]) for one in job["slices"]]

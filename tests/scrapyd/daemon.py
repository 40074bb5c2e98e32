"""A real scrapyd in its own folder, on loopback or a Unix socket, and its API."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.integration.crawls import TOKEN
from tests.scrapyd.project import BIN, DEPLOY

USER, PASSWORD = "tests", "password-of-the-tests"
PROJECT = "phx_scraper"
PATIENCE = 240.0
"""Seconds for an answer, a start, a job's end or the daemon's: it starts a Python to list an egg's spiders."""
STOP_SECONDS = 120
"""That it gives its crawls to end in order."""
Form = Sequence[tuple[str, str]]


class SocketConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(os.path.relpath(self._path))


class Daemon:
    """Started by `start`; `port` 0 means the Unix socket of the production configuration."""

    def __init__(
        self, folder: Path, port: int, config: Path, egg: Path | None = None, stop_seconds: int = STOP_SECONDS
    ) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        text = config.read_text(encoding="utf-8").replace("[scrapyd]\n", f"[scrapyd]\nstop_seconds = {stop_seconds}\n")
        (folder / "scrapyd.conf").write_text(text, encoding="utf-8")
        if egg is not None:
            (folder / "eggs" / PROJECT).mkdir(parents=True)
            shutil.copy(egg, folder / "eggs" / PROJECT / "1.egg")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "scrapyd.log").open("ab") as log:
            self.process = subprocess.Popen(
                [BIN / "scrapyd"], cwd=self.folder, env=environment(self.port), stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            wait(0.05)
        assert self.process.poll() is None, self.log()

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(self.ask("daemonstatus.json")["status"] == "ok")
        return False

    def stop(self) -> None:
        """SIGTERM, which Twisted answers by ending in order and then by the signal itself."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(PATIENCE) == -signal.SIGTERM, self.log()

    def kill(self) -> None:
        """kill -9: of the daemon alone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def jobs_pids(self) -> list[int]:
        """The processes that it started."""
        assert self.process is not None
        return children(self.process.pid)

    def kill_with_jobs(self) -> None:
        """kill -9 of the daemon and of everything it started, as when a container is stopped hard."""
        groups = self.jobs_pids()
        self.kill()
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.kill_with_jobs()

    def connection(self) -> HTTPConnection:
        """A connection to it."""
        if self.port:
            return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        return SocketConnection(self.folder / "scrapyd.sock")

    def status(self, what: str, form: Form = (), user: str = USER) -> tuple[int, bytes]:
        """Status and body; POST where there is a form."""
        secret = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}"} if user else {}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(self.connection()) as connection:
            connection.request("POST" if form else "GET", f"/{what}", urlencode(form) if form else None, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def ask(self, what: str, form: Form = ()) -> dict[str, Any]:
        """The answer as an object."""
        status, body = self.status(what, form)
        assert status == 200, (status, body)
        answer: dict[str, Any] = json.loads(body)
        return answer

    def schedule(self, spider: str, settings: Mapping[str, Any], **arguments: str) -> str:
        """Schedule a job; returns its id."""
        form = [("project", PROJECT), ("spider", spider), *arguments.items()]
        form += [("setting", f"{name}={value}") for name, value in settings.items()]
        answer = self.ask("schedule.json", form)
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    def cancel(self, job: str, sign: str = "INT") -> str | None:
        """Cancel a job; returns the state it was in, None where there is no such job or it has ended."""
        form = [("project", PROJECT), ("job", job), ("signal", sign)]
        state: str | None = self.ask("cancel.json", form)["prevstate"]
        return state

    def jobs(self, state: str) -> list[str]:
        """Ids of the jobs that are pending, running or finished."""
        return [job["id"] for job in self.ask(f"listjobs.json?project={PROJECT}")[state]]

    def wait_for(self, job: str, state: str = "finished", seconds: float = PATIENCE) -> None:
        """Return when the job is in that state."""
        until = time.monotonic() + seconds
        while job not in self.jobs(state):
            assert time.monotonic() < until, self.log()
            wait(0.1)

    def ending(self, job: str) -> dict[str, Any]:
        """How a job ended."""
        found: dict[str, Any] = next(one for one in self.ask("endings.json")["endings"] if one["job"] == job)
        return found

    def job_log(self, spider: str, job: str) -> str:
        """What the crawl wrote to its log file."""
        return (self.folder / "logs" / PROJECT / spider / f"{job}.log").read_text(encoding="utf-8")

    def log(self) -> str:
        """What the daemon printed, with what its crawls printed."""
        return (self.folder / "scrapyd.log").read_text(encoding="utf-8")


def environment(port: int) -> dict[str, str]:
    """Credentials, the token that the replica takes, and every warning shown."""
    own = {
        "SCRAPYD_USERNAME": USER,
        "SCRAPYD_PASSWORD": PASSWORD,
        "PYTHONPATH": str(DEPLOY),
        "PYTHONWARNINGS": "default",
        "MARICOPA_ASSESSOR_TOKEN": TOKEN,
        "COLUMNS": "200",
    }
    return {**os.environ, **own, **({"SCRAPYD_HTTP_PORT": str(port)} if port else {})}


def children(pid: int) -> list[int]:
    """The processes that a process has started, in whatever thread. Source: proc(5)."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text(encoding="ascii").split()]


def is_running(pid: int) -> bool:
    """Whether a process that is not ours still runs."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in {"Z", "X"}


def wait(seconds: float) -> None:
    """One step of a poll that has a deadline."""
    select.select([], [], [], seconds)

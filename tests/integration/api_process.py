"""The API of a workplace as a process of its own: killed, started again at the same port, asked as a client does."""

from __future__ import annotations

import http.client
import json
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tests.api_server import JOBS
from tests.integration.crawls import REPOSITORY
from tests.integration.worker_runs import PATIENCE, Workplace
from tests.ports import free_port

HOST = "127.0.0.1"
AGAIN_SECONDS = 0.2
"""Between two tries of a client."""
Event = tuple[float, str, dict[str, Any]]
"""When it came, its name, and how the job stood."""


class ApiProcess:
    """`scrapy api`, with a key that may have any number of jobs."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._log = place.folder / "api.log"
        limits = [word for name in ("homes-a-job", "jobs-a-day", "open-jobs") for word in (f"--{name}", "0")]
        made = place.scrapy("keys", "create", "tests", "--json", *limits)
        assert made.code == 0, made.output
        self.key = str(json.JSONDecoder().raw_decode(made.output)[0]["key"])
        self.process = self._begun()
        self.until_it_answers()

    def start(self) -> None:
        """Begin, at the port where it was."""
        self.process = self._begun()
        self.until_it_answers()

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Kill it if it runs."""
        if self.process.poll() is None:
            self.kill()

    def log(self) -> str:
        """What it said in all its lives."""
        return self._log.read_text(errors="replace")

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and document. Raises OSError or HTTPException where it is killed before it has answered."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            sent = {"X-API-Key": self.key, "Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def patiently(self, method: str, path: str, body: Any = None, name: str = "") -> tuple[int, Any]:
        """Asked again, under the same name, until it answers anything but that it cannot now."""
        until = time.monotonic() + PATIENCE
        headers = {"Idempotency-Key": name} if name else {}
        while True:
            try:
                status, found = self.ask(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                status, found = 0, error
            if status not in {0, 503}:
                return status, found
            assert time.monotonic() < until, (status, found, self.log())
            select.select([], [], [], AGAIN_SECONDS)

    def submit(self, body: Mapping[str, Any], name: str = "") -> str:
        """Hand in a job; its id."""
        status, job = self.patiently("POST", JOBS, body, name)
        assert status == 202, job
        return str(job["job_id"])

    def events(self, job_id: str) -> Iterator[Event]:
        """Of one connection. Raises OSError or HTTPException where there is none, or it is cut."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request("GET", f"{JOBS}/{job_id}/events", headers={"X-API-Key": self.key})
            answer, name = connection.getresponse(), ""
            if answer.status != 200:
                raise http.client.HTTPException(answer.status)
            for line in answer:
                word, _, told = line.decode().rstrip("\n").partition(": ")
                name = told if word == "event" else name
                if word == "data":
                    yield time.time(), name, json.loads(told)
        finally:
            connection.close()

    def until_it_answers(self) -> None:
        """Wait."""
        assert self.patiently("GET", "/health") == (200, {"status": "ok"})

    def _begun(self) -> subprocess.Popen[bytes]:
        variables = {**self.place.environment, "PHX_API_PORT": str(self.port)}
        with self._log.open("ab") as log:
            line = [sys.executable, "-m", "scrapy", "api"]
            return subprocess.Popen(line, cwd=REPOSITORY, env=variables, stdout=log, stderr=log)


class Follower(threading.Thread):
    """Follows the events of a job through all ends of connections, until it is told that this is enough."""

    def __init__(self, api: ApiProcess, job_id: str) -> None:
        super().__init__(daemon=True)
        self._api, self._job_id = api, job_id
        self._is_over = threading.Event()
        self.events: list[Event] = []
        self.connections = self.cuts = 0

    def run(self) -> None:
        """Connect again and again."""
        while not self._is_over.wait(AGAIN_SECONDS):
            self.connections += 1
            try:
                for event in self._api.events(self._job_id):
                    if not self.events or event[1:] != self.events[-1][1:]:
                        self.events.append(event)
            except (OSError, http.client.HTTPException):
                self.cuts += 1

    def end(self) -> None:
        """Follow no more."""
        self._is_over.set()
        self.join(PATIENCE)
        assert not self.is_alive(), "an event stream did not end with its job"

"""A replica in a process of its own, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from phx_scraper.errors import UsageError
from phx_scraper.replica.options import Options
from phx_scraper.replica.server import READY

_STOP_SECONDS = 10
_PACKAGE_PARENT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Replica:
    """A running replica; `url` has no trailing slash, nor has `tls_url`, the front's ("" where there is none)."""

    url: str
    options: Options
    pid: int
    tls_url: str = ""

    def stats(self) -> dict[str, Any]:
        """Requests by host and kind since the start or the last reset."""
        return _ask(self.url, "GET", "stats")

    def urls(self) -> dict[str, int]:
        """Number of requests of each listing page and photo; the paths start with the host."""
        return _ask(self.url, "GET", "urls")

    def times(self) -> dict[str, list[float]]:
        """When the hosts of sources were asked, in seconds by a clock of the replica's own."""
        return _ask(self.url, "GET", "times")

    def requests(self) -> list[dict[str, Any]]:
        """What clients of the front sent since the start or the last reset: see `front/recorder.py`."""
        return _ask(self.url, "GET", "requests")

    def reset(self) -> None:
        """Reset all counts, so that transient faults occur again."""
        _ask(self.url, "POST", "reset")

    def hold(self, number: int, kind: str = "") -> None:
        """Answer nothing more once so many requests of a kind ("": of any) have come since the last reset."""
        _ask(self.url, "POST", f"hold?kind={kind}&number={number}")

    def release(self) -> None:
        """Answer again, also what was kept back."""
        _ask(self.url, "POST", "release")


@contextmanager
def running(options: Options | None = None) -> Iterator[Replica]:
    """Start a replica, wait until it answers, stop it at the end. Raises UsageError when it does not come up."""
    chosen = options or Options()
    command = [sys.executable, "-m", "phx_scraper.replica", *chosen.arguments()]
    path = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}) as process:
        try:
            url, _, tls_url = _ready(process.stdout).partition(" ")
            yield Replica(url, chosen, process.pid, tls_url)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(output: IO[str] | None) -> str:
    line = output.readline() if output else ""
    if not line.startswith(READY):
        raise UsageError("the replica did not start; its own message says why")
    return line.removeprefix(READY).strip()


def _ask(url: str, method: str, what: str) -> Any:
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
        connection.request(method, f"/_replica/{what}")
        return json.load(connection.getresponse())

"""Debian's Prometheus and promtool: those of PATH, else those that `scripts/operations_tools.sh` has unpacked."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ports import free_port

ROOT = Path(__file__).parents[1]
UNPACKED = ROOT / ".operations-tools" / "usr" / "bin"
WHY_NOT = "prometheus and promtool are needed: apt-get install prometheus, or make operations-tools"
PATIENCE = 180.0


def program(name: str) -> str | None:
    """Where `prometheus` or `promtool` is, None where it is not."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), str(UNPACKED))))


def promtool(*arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    line = [program("promtool") or "promtool", *arguments]
    return subprocess.run(line, input=told, capture_output=True, text=True, check=False, timeout=PATIENCE)


class Prometheus:
    """One that runs; `url` is of its own API."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, **parameters: str) -> Any:
        """What an endpoint below `/api/v1/` says."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=PATIENCE) as answer:
            document = json.load(answer)
        assert document["status"] == "success", document
        return document["data"]

    def query(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of each series that an expression gives now."""
        found = self.ask("query", query=expression)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def when(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Wait until it gives something."""
        until = time.monotonic() + PATIENCE
        while not (found := self.query(expression)):
            assert time.monotonic() < until, f"{expression}: nothing; {self.ask('targets')['activeTargets']}"
            select.select([], [], [], 0.2)
        return found


@contextmanager
def running_prometheus(config: Path, folder: Path) -> Iterator[Prometheus]:
    """Prometheus with a configuration, and its data in a folder."""
    place = f"127.0.0.1:{free_port()}"
    options = {"config.file": config, "storage.tsdb.path": folder / "tsdb", "web.listen-address": place}
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [program("prometheus") or "", *(f"--{name}={value}" for name, value in options.items())],
            stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    try:
        _await(process, f"http://{place}/-/ready", folder / "prometheus.log")
        yield Prometheus(f"http://{place}")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return
        except OSError:
            select.select([], [], [], 0.1)

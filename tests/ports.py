"""Ports of this machine for servers that are told where to listen."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST, _USUAL_END = 20_000, 32_768
_dice = random.SystemRandom()
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens at, and that none gets by chance before it is used, or while its server is away.

    The kernel gives those of its own range to connections and to whoever asks for any: a client that tries such a port
    again and again while nobody listens there may even be connected with itself. Workers that run side by side have
    ports of their own: one is not yet seen to be taken while the server that is to have it starts.
    """
    worker, workers = _worker()
    while True:
        port = _dice.randrange(_FIRST + worker, _end(), workers)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _worker() -> tuple[int, int]:
    """Which of how many of a run of the tests this process belongs to, as pytest-xdist tells them."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return int(number), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def _end() -> int:
    try:
        first = int(_RANGE.read_text(encoding="ascii").split()[0])
    except OSError:
        return _USUAL_END
    return first if first > _FIRST + 1000 else _USUAL_END


def _is_free(port: int) -> bool:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, port))
        except OSError:
            return False
        return True

"""Interruptions of a running crawl."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable

from phx_scraper.replica import Replica
from tests.integration import crawls

DEADLINE_SECONDS = 300.0

Interruption = Callable[[subprocess.Popen[bytes]], None]


def no_interruption(_process: subprocess.Popen[bytes]) -> None:
    """For crawls that inject the fault themselves."""


def kill_after(seconds: float) -> Interruption:
    """kill -9 after a time, unless the crawl ended before."""

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()

    return interrupt


def kill_during(replica: Replica, requests: int, seconds: float) -> Interruption:
    """kill -9 `seconds` after the replica has received `requests` requests, independent of the machine's speed."""

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + DEADLINE_SECONDS
        while process.poll() is None and crawls.requests(replica) < requests and time.monotonic() < until:
            select.select([], [], [], 0.01)
        kill_after(seconds)(process)

    return interrupt


def signal_after(replica: Replica, photos: int, *signals: signal.Signals) -> Interruption:
    """Signals to the crawl and all its processes, as a terminal sends them, once `photos` photos were requested.

    For a crawl that is begun after this call: the replica answers nothing more from there on until it has the signals.
    """
    replica.hold(photos, crawls.PHOTOS)

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        with crawls.held_at(replica, photos) as in_its_midst:
            in_its_midst()
            for one in signals:
                os.killpg(process.pid, one)

    return interrupt

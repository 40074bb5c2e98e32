"""A server that is away while a slice is carried out: its crawl begins again and again, which costs no try."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_SECONDS = 3600.0
"""For which crawls of a slice begin again; then it is set aside, for a person to look at the server."""
PAUSE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 60.0
"""Before each of these; twice as long each time."""
STEADY_SECONDS = 600.0
"""A crawl that ran for so long got on: what stopped it is another outage."""


class Outage:
    """Of one slice in one worker's hands."""

    def __init__(self) -> None:
        self._since = 0.0
        self._pause: float | None = None

    def pause(self, ran: float) -> float | None:
        """Seconds until the crawl is to begin again, which `ran` for so many; None where it has lasted too long."""
        now = time.monotonic()
        if self._pause is None or ran > STEADY_SECONDS:
            self._since, self._pause = now, PAUSE_SECONDS
        if now - self._since >= LONGEST_SECONDS:
            return None
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        return pause


def waited(seconds: float) -> Callable[[float], int | None]:
    """Something to wait for that ends by itself, as a child does."""
    until = time.monotonic() + seconds

    def wait(longest: float) -> int | None:
        time.sleep(max(0.0, min(longest, until - time.monotonic())))
        return 0 if time.monotonic() >= until else None

    return wait

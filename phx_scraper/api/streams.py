"""How many streams of events are open, of each key and in all: each holds a connection, and asks every second."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from phx_scraper.api.problems import RequestRefused

MOST_OF_KEY = 20
MOST = 500


class Streams:
    """Used in the event loop only. `is_leaving` is set when the API shuts down: streams end then.

    `seen` has, by job, what streams of it share, `checked` until when a key counts as valid without asking.
    """

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self.seen: dict[str, Any] = {}
        self.checked: dict[str, float] = {}
        self.is_leaving = False

    def check(self, key_id: str) -> None:
        """Raises RequestRefused where this key may open no further one."""
        if self._open[key_id] >= MOST_OF_KEY or self._open.total() >= MOST:
            raise RequestRefused(
                429,
                f"{self._open[key_id]} streams of this key are open, {self._open.total()} in all: close some, or ask"
                " for the job itself",
                {"Retry-After": "30"},
            )

    @contextlib.contextmanager
    def opened(self, key_id: str, job_id: str) -> Iterator[asyncio.Lock]:
        """While a stream is open; all those of a job get one lock, and what they share goes with the last."""
        self._open[key_id] += 1
        lock, users = self._locks.get(job_id, (asyncio.Lock(), 0))
        self._locks[job_id] = lock, users + 1
        try:
            yield lock
        finally:
            self._open[key_id] -= 1
            users = self._locks[job_id][1] - 1
            self._locks[job_id] = lock, users
            if not users:
                del self._locks[job_id]
                self.seen.pop(job_id, None)

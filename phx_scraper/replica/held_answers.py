"""Answers that are kept back from a number of requests on: a crawl is in its midst then, for as long as one likes."""

from __future__ import annotations

import asyncio
import math

from phx_scraper.replica.stats import Stats


class HeldAnswers:
    """Once so many requests of a kind ("": of any) have come, no further answer leaves before `release`."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._kind, self._number = "", math.inf
        self._released = asyncio.Event()

    def hold(self, kind: str, number: int) -> None:
        """From now on; what has left before has left."""
        self._kind, self._number = kind, number
        self._released.clear()

    def release(self) -> None:
        """Let all go, and hold no more."""
        self._number = math.inf
        self._released.set()

    async def pass_on(self) -> None:
        """Wait, where an answer is to be kept back."""
        if self._stats.number_of(self._kind) >= self._number:
            await self._released.wait()

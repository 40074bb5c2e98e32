"""When the one browser of a run is started, shared, ended and started anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from phx_scraper.downloader.exceptions import BrowserUnavailable

MEASURE_EVERY = 10
"""Pages between two looks at its memory."""


class Limits(NamedTuple):
    """After `pages` or above `megabytes` (0 = no bound) it is started anew; after `failures` in a row no more."""

    pages: int = 200
    megabytes: float = 0
    starts: int = 2
    failures: int = 6


class BrowserTurns:
    """Pages use the browser in turns. It starts before the first; one that failed or is worn ends between two."""

    def __init__(
        self,
        start: Callable[[], Awaitable[None]],
        stop: Callable[[], Awaitable[None]],
        memory_mb: Callable[[], Awaitable[float]],
        limits: Limits,
    ) -> None:
        self._start, self._stop, self._memory_mb, self._limits = start, stop, memory_mb, limits
        self._door = asyncio.Lock()
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._users = self._pages = self._failed_starts = self._failures = 0
        self._is_running = self._is_worn = False
        self._sentence = ""

    async def enter(self) -> None:
        """Begin a turn. Raises BrowserUnavailable."""
        async with self._door:
            if self._failures >= self._limits.failures:
                raise BrowserUnavailable(f"the browser failed {self._failures} times in a row and is left alone")
            if self._is_running and self._is_worn:
                await self._nobody.wait()
                await self.end()
            if not self._is_running:
                await self._begin()
            self._users += 1
            self._nobody.clear()

    async def leave(self, good: bool) -> None:
        """End a turn; `good`: a page was had."""
        self._pages += 1
        self._failures = 0 if good else self._failures
        try:
            if good and self._limits.megabytes and self._pages % MEASURE_EVERY == 0:
                self._is_worn |= await self._memory_mb() > self._limits.megabytes
        finally:
            self._is_worn |= self._pages >= self._limits.pages
            self._users -= 1
            if not self._users:
                self._nobody.set()

    def fail(self) -> None:
        """It died or does not answer: nobody else gets this one."""
        self._failures += 1
        self._is_worn = True

    def wear_out(self) -> None:
        """It is gone, through no page's fault that is known."""
        self._is_worn = True

    async def end(self) -> None:
        """Stop it where it runs."""
        if self._is_running:
            self._is_running = False
            await self._stop()

    async def _begin(self) -> None:
        if self._failed_starts >= self._limits.starts:
            raise BrowserUnavailable(self._sentence)
        try:
            await self._start()
        except BrowserUnavailable as error:
            self._failed_starts, self._sentence = self._failed_starts + 1, error.detail
            raise
        self._is_running, self._is_worn, self._pages, self._failed_starts = True, False, 0, 0

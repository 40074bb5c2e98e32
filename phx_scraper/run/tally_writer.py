"""Writes what a crawl's tally counts into the catalogue: after the counting, in the catalogue's thread."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from phx_scraper.errors import StorageError
from phx_scraper.run import signals
from phx_scraper.run.resources import RunResources
from phx_scraper.storage.catalogue import request_rows

SECONDS_BETWEEN = 5.0
"""Between two writes of counts alone; a refusal is written at once."""


class TallyWriter:
    """Follows one run. Counting never waits for it: what comes in during a write goes with the next one."""

    def __init__(self, run: RunResources) -> None:
        self._run, self._tally = run, run.shared.tally
        self._tally.on_refusal = self._begin
        self._one_at_a_time = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._written = 0
        self._written_at = time.monotonic()
        run.crawler.signals.connect(self._visit_ended, signal=signals.visit_ended)

    def _visit_ended(self) -> None:
        if time.monotonic() - self._written_at >= SECONDS_BETWEEN:
            self._begin()

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self.flush())

    async def flush(self) -> None:
        """Write until nothing is new."""
        async with self._one_at_a_time:
            while self._tally.changes > self._written and await self._write():
                pass

    async def _write(self) -> bool:
        """Whether it could be written; else the run is stopping, and has said why."""
        changes, met = self._tally.changes, self._tally.take_refusals()
        counts = {step: replace(count) for step, count in self._tally.steps.items()}
        intervals = {source: dict(counted) for source, counted in self._tally.intervals.items()}
        with suppress(StorageError):
            await self._run.write(request_rows.write, self._run.run_id, met, counts, self._tally.homes(), intervals)
            self._written, self._written_at = changes, time.monotonic()
            return True
        self._tally.put_back(met)
        return False

"""How many requests of one download slot are on the wire at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from scrapy import Request
from scrapy.settings import BaseSettings


class SlotLimiter:
    """One semaphore per download slot, as wide as Scrapy's own settings say.

    Scrapy 2.19 alone does not hold a slot's concurrency where its delay is 0: `Downloader._process_queue` starts a
    whole burst as tasks before the first of them counts as transferring.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._slots = settings.getdict("DOWNLOAD_SLOTS")
        self._default = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 8
        self._lanes: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(self._default))

    def lane(self, request: Request) -> asyncio.Semaphore:
        """The lane to hold while `request` is on the wire."""
        slot = str(request.meta.get("download_slot") or "")
        width = self._slots.get(slot, {}).get("concurrency")
        if slot not in self._lanes and width:
            self._lanes[slot] = asyncio.Semaphore(int(width))
        return self._lanes[slot]

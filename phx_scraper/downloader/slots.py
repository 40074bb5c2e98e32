"""The pace of each source, as Scrapy's `DOWNLOAD_SLOTS`, and how many requests of a slot are on the wire at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from scrapy import Request
from scrapy.settings import BaseSettings

from phx_scraper.sources import Source

JITTER = 0.3
"""Share of a delay by which it varies either way."""


def download_slots(sources: Iterable[Source], delay_scale: float) -> dict[str, dict[str, float]]:
    """One slot for a source's pages (`zillow`) and one for its photos (`zillow:img`); delays in seconds."""
    slots = {}
    for source in sources:
        slots[page_slot(source.name)] = _slot(source.page_concurrency, source.page_delay * delay_scale)
        slots[photo_slot(source.name)] = _slot(source.photo_concurrency, source.photo_delay * delay_scale)
    return slots


def page_slot(source: str) -> str:
    """The name of the slot that a source's pages share."""
    return source


def photo_slot(source: str) -> str:
    """The name of the slot that a source's photos share."""
    return f"{source}:img"


def _slot(concurrency: int, delay: float) -> dict[str, float]:
    return {"concurrency": concurrency, "delay": delay, "jitter": JITTER}


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

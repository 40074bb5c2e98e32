"""Each source's download slots, and how many requests of a slot are on the wire at once; `pacer.py` has their pace."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from scrapy import Request
from scrapy.settings import BaseSettings

from phx_scraper.sources import Source


def download_slots(sources: Iterable[Source]) -> dict[str, dict[str, float]]:
    """Scrapy's `DOWNLOAD_SLOTS`: one for a source's pages (`zillow`) and one for its photos (`zillow:img`)."""
    slots = {}
    for source in sources:
        slots[page_slot(source.name)] = _slot(source.page_concurrency)
        slots[photo_slot(source.name)] = _slot(source.photo_concurrency)
    return slots


def page_slot(source: str) -> str:
    """The name of the slot that a source's pages share."""
    return source


def photo_slot(source: str) -> str:
    """The name of the slot that a source's photos share."""
    return f"{source}:img"


def source_of_slot(slot: str) -> str:
    """The source whose pages or photos share the slot."""
    return slot.partition(":")[0]


def slot_of(request: Request) -> str:
    """The name of the slot that a request is in, empty before it has one."""
    return str(request.meta.get("download_slot") or "")


def _slot(concurrency: int) -> dict[str, float]:
    return {"concurrency": concurrency, "delay": 0, "jitter": 0}


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
        slot = slot_of(request)
        width = self._slots.get(slot, {}).get("concurrency")
        if slot not in self._lanes and width:
            self._lanes[slot] = asyncio.Semaphore(int(width))
        return self._lanes[slot]

"""Slows a source's slot down when it complains, and lets it recover as good answers come."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.downloader.scrapy_internals import set_delay

SLOWER = 2.0
SLOWEST = 16.0
"""A complaint multiplies the delay by the one, up to the other times the source's own delay."""
RECOVERY = 0.8
"""A good answer multiplies what was added: nine of them take back one complaint."""


class Throttle:
    """The factors on the delays of one crawl's slots; a delay of 0 (`PHX_DELAY_SCALE=0`) stays 0."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._own = {
            name: float(slot.get("delay", 0)) for name, slot in crawler.settings.getdict("DOWNLOAD_SLOTS").items()
        }
        self._factors: dict[str, float] = {}

    def factor(self, slot: str) -> float:
        """How many times the source's own delay the slot keeps now."""
        return self._factors.get(slot, 1.0)

    def slow_down(self, request: Request) -> None:
        """The source asked for a slower pace, or refused."""
        slot = str(request.meta.get("download_slot") or "")
        if slot in self._own:
            self._crawler.stats.inc_value(f"phx/pace/slowed/{slot}")
            self._set(slot, min(SLOWEST, self.factor(slot) * SLOWER))
            self._crawler.stats.max_value(f"phx/pace/slowest/{slot}", self._factors[slot])

    def answered(self, request: Request) -> None:
        """A good answer came."""
        slot = str(request.meta.get("download_slot") or "")
        if slot in self._factors:
            factor = 1 + (self.factor(slot) - 1) * RECOVERY
            self._set(slot, factor if factor > 1.1 else 1.0)

    def _set(self, name: str, factor: float) -> None:
        self._factors[name] = factor
        if factor == 1.0:
            del self._factors[name]
        set_delay(self._crawler, name, self._own[name] * factor)

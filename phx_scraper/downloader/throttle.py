"""Lengthens the pauses of a source's slot when it complains, and shortens them again as good answers come."""

from __future__ import annotations

from collections.abc import Callable

from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.downloader.slots import slot_of

SLOWER = 2.0
SLOWEST = 16.0
"""A complaint multiplies the pauses by the one, up to the other times the source's own."""
RECOVERY = 0.8
"""A good answer multiplies what was added: nine of them take back one complaint."""
NEARLY_ONE = 1.1
"""A factor that is none any more."""

Told = Callable[[str, int, int], None]
"""Takes a slot, and how many complaints and good answers came."""


class Throttle:
    """The factors on the pauses of one crawl's slots; no pause (`PHX_DELAY_SCALE=0`) stays none.

    `told` hears of complaints, and of the good answers that take one back: other crawls ask the same source.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._slots = set(crawler.settings.getdict("DOWNLOAD_SLOTS"))
        self._factors: dict[str, float] = {}
        self.told: Told = lambda slot, complaints, answers: None

    def factor(self, slot: str) -> float:
        """How many times the source's own pause the slot keeps now."""
        return self._factors.get(slot, 1.0)

    def slow_down(self, request: Request) -> None:
        """The source asked for a slower pace, or refused."""
        slot = slot_of(request)
        if slot in self._slots:
            self._crawler.stats.inc_value(f"phx/pace/slowed/{slot}")
            self._set(slot, min(SLOWEST, self.factor(slot) * SLOWER))
            self._crawler.stats.max_value(f"phx/pace/slowest/{slot}", self._factors[slot])
            self.told(slot, 1, 0)

    def answered(self, request: Request) -> None:
        """A good answer came."""
        slot = slot_of(request)
        if slot in self._factors:
            factor = 1 + (self.factor(slot) - 1) * RECOVERY
            self._set(slot, factor if factor > NEARLY_ONE else 1.0)
            self.told(slot, 0, 1)

    def agree(self, slot: str, factor: float) -> None:
        """Take the factor that all crawls of the source share."""
        self._set(slot, factor)

    def _set(self, name: str, factor: float) -> None:
        self._factors[name] = factor
        if factor == 1.0:
            del self._factors[name]

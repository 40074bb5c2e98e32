"""Lets the requests of a download slot leave one after another, with a pause before each."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable

from scrapy import Request

from phx_scraper.downloader.meta_keys import HOME, KIND
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.downloader.slots import slot_of
from phx_scraper.downloader.throttle import Throttle
from phx_scraper.downloader.wait import SLICE, Sleep

LONGEST_SLOWED = 120.0
"""Seconds beyond which the throttle stretches no pause: well below what the watch for standstill takes for one."""

Check = Callable[[], None]


class Pacer:
    """The turns of one crawl's slots; `throttle` stretches the pauses, `hold` is for a source that named a time.

    Scrapy's own delay is not used: it draws anew each time that it looks whether a pause is over, which makes short
    pauses rare, and knows nothing of homes and hosts.
    """

    def __init__(
        self,
        pauses: Pauses,
        throttle: Throttle,
        draw: Callable[[], float] | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pauses, self._throttle = pauses, throttle
        self._draw = draw or random.Random().random
        self._sleep, self._clock = sleep, clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._held: dict[str, float] = {}
        self._opened: set[tuple[str, str]] = set()
        self.paused_at = -math.inf
        """When a request last waited for its turn's pause: a time on purpose, no standstill."""

    def hold(self, request: Request, seconds: float) -> None:
        """Let no request of this one's slot leave for so long: its source asked for that."""
        slot = slot_of(request)
        self._held[slot] = max(self._held.get(slot, 0.0), self._clock() + seconds)

    async def turn(self, request: Request, check: Check) -> None:
        """Wait for the request's turn; `check` is called often and ends the wait by what it raises."""
        slot = slot_of(request)
        async with self._turns[slot]:
            check()
            drawn = self._pauses.before(request, self._opens_home(request, slot), 1.0 - self._draw())
            while (left := self._due(slot, drawn) - self._clock()) > 0:
                await self._sleep(min(left, SLICE))
                self.paused_at = self._clock()
                check()
            self._last[slot] = self._clock()

    def _opens_home(self, request: Request, slot: str) -> bool:
        """Whether it is the first page of its home; neither a retry of it nor where it is redirected to is one."""
        home = request.meta.get(HOME)
        if not home or request.meta.get(KIND) != "page" or (slot, home) in self._opened:
            return False
        self._opened.add((slot, home))
        return True

    def _due(self, slot: str, drawn: float) -> float:
        """When the slot's next request may leave; complaints that come in during the wait prolong it."""
        pause = min(drawn * self._throttle.factor(slot), max(drawn, LONGEST_SLOWED))
        after_last = self._last[slot] + pause if slot in self._last else 0.0
        return max(after_last, self._held.get(slot, 0.0))

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
from phx_scraper.downloader.shared_pace import SharedPace, SharedTurn
from phx_scraper.downloader.slots import slot_of, source_of_slot
from phx_scraper.downloader.throttle import Throttle
from phx_scraper.downloader.wait import SLICE, Sleep

LONGEST_SLOWED = 120.0
"""Seconds beyond which the throttle stretches no pause: well below what the watch for standstill takes for one."""

Check = Callable[[], None]


class Pacer:
    """The turns of one crawl's slots; `throttle` stretches the pauses, `hold` is for a source that named a time.

    Where crawls share Redis, it gives the turns (`shared`). Else each pauses as many times longer as there are crawls
    at work on the source (`sharers`), so that together they are no faster than one.

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
        shared: SharedPace | None = None,
    ) -> None:
        self._pauses, self._throttle = pauses, throttle
        self._draw = draw or random.Random().random  # nosec B311 # pauses
        self._sleep, self._clock = sleep, clock
        self._made_at = clock()
        self._shared = shared
        self._left_shared: dict[int, SharedTurn] = {}
        self.sharers: dict[str, int] = {}
        """How many crawls are at work on a source, this one included; 1 where nothing is known."""
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
        if self._shared is not None and seconds:
            self._shared.tell(slot, hold=seconds)

    async def turn(self, request: Request, check: Check) -> None:
        """Wait for the request's turn; `check` is called often and ends the wait by what it raises."""
        slot = slot_of(request)
        async with self._turns[slot]:
            check()
            drawn = self._pauses.before(request, self._opens_home(request, slot), 1.0 - self._draw())
            shared = self._shared_turn(slot, drawn)
            try:
                while (left := await self._time_left(slot, drawn, shared)) > 0:
                    await self._sleep(min(left, SLICE))
                    self.paused_at = self._clock()
                    check()
            except BaseException:
                self._give_up(shared)
                raise
            self._last[slot] = self._clock()
            if shared is not None:
                self._left_shared[id(request)] = shared

    def over(self, request: Request) -> None:
        """The request is on the wire no more."""
        self._give_up(self._left_shared.pop(id(request), None))

    async def close(self) -> None:
        """Let other crawls know what they do not yet."""
        if self._shared is not None:
            await self._shared.close()

    def _shared_turn(self, slot: str, drawn: float) -> SharedTurn | None:
        if self._shared is None or not self._shared.shares(slot):
            return None
        return SharedTurn(
            slot,
            drawn,
            max(drawn, LONGEST_SLOWED),
            lambda: self._clock() - self._last[slot] if slot in self._last else -1.0,
            lambda: max(0.0, self._held.get(slot, 0.0) - self._clock()),
            self._shared.name(),
        )

    def _give_up(self, turn: SharedTurn | None) -> None:
        if turn is not None and self._shared is not None:
            self._shared.over(turn)

    async def _time_left(self, slot: str, drawn: float, shared: SharedTurn | None) -> float:
        if shared is not None and self._shared is not None:
            left = await self._shared.left(shared)
            if left is not None:
                return left
        return self._due(slot, drawn) - self._clock()

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
        sharers = self.sharers.get(source_of_slot(slot), 1)
        pause *= sharers
        # Of several crawls that begin together, each first request would leave at once.
        before_first = self._made_at if sharers > 1 else -math.inf
        return max(self._last.get(slot, before_first) + pause, self._held.get(slot, 0.0))

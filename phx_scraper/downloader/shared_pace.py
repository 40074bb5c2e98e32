"""The turns that all crawls of all machines share, as Redis gives them (`pace_script.py`)."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from phx_scraper.config.value_kinds import without_password
from phx_scraper.downloader.pace_script import SCRIPT, WIRE_SECONDS

logger = logging.getLogger("phx_scraper")

PATIENCE = 1.0
"""Seconds for which Redis may take to answer."""
AWAY_SECONDS = 1.0
"""Seconds after which Redis is asked again that did not answer."""
ASK_SECONDS = 1.0
"""Seconds after which one that waits asks again: Redis forgets who is silent."""
_KEYS = ("state", "waiting", "asked", "wire")


@dataclass(slots=True)
class SharedTurn:
    """A request that waits for its turn in a slot, or has left; `pause` and `longest` are in seconds, as is the rest.

    `since`: how long ago the last request of this crawl left in the slot, -1 for none. `hold`: what is left of a
    Retry-After.
    """

    slot: str
    pause: float
    longest: float
    since: Callable[[], float]
    hold: Callable[[], float]
    name: str = ""
    ask_at: float = field(default=-math.inf)


Agree = Callable[[str, float], None]
"""Takes a slot and the factor on its pauses."""


class SharedPace:
    """One crawl's part in it. Where Redis is away, it says so and is asked anew a second later.

    `widths`: how many requests of a slot may be on the wire, of all crawls together; other slots are not shared.
    """

    def __init__(self, url: str, widths: Mapping[str, int], agree: Agree) -> None:
        # The client is part of an extra, and costs a tenth of a second.
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        self._shown = without_password(url)
        self._client = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._script = self._client.register_script(SCRIPT)
        self._widths, self._agree = widths, agree
        self._crawl = secrets.token_hex(8)
        self._numbers = itertools.count()
        self._away_until = -math.inf
        self._times_away = 0
        self._joined: dict[str, int] = {}
        self._on_wire: set[tuple[str, str]] = set()
        self._not_told: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._alive: asyncio.Task[None] | None = None

    def shares(self, slot: str) -> bool:
        """Whether the slot is one that crawls share."""
        return slot in self._widths

    def name(self) -> str:
        """A name for a request, which no other has."""
        return f"{self._crawl}-{next(self._numbers)}"

    async def left(self, turn: SharedTurn) -> float | None:
        """Seconds until the request may leave, as was last heard; 0 where it has left. None where Redis is away."""
        now = time.monotonic()
        if turn.ask_at > now:
            return turn.ask_at - now
        is_new = self._joined.get(turn.slot, 0) != self._times_away
        times = (turn.pause, turn.longest, turn.since(), turn.hold())
        pause, longest, since, hold = (_micros(seconds) for seconds in times)
        width = self._widths[turn.slot]
        said = await self._call(
            turn.slot, "ask", turn.name, pause, longest, width, max(since, -1), hold, "1" if is_new else "0"
        )
        if said is None:
            turn.ask_at = -math.inf
            return None
        self._joined[turn.slot] = self._times_away
        self._agree(turn.slot, float(said[2]))
        if said[0]:
            self._has_left(turn)
            return 0.0
        seconds = float(said[1]) / 1e6
        turn.ask_at = time.monotonic() + min(seconds, ASK_SECONDS)
        return min(seconds, ASK_SECONDS)

    def over(self, turn: SharedTurn) -> None:
        """The request is answered, or does not want to leave any more."""
        self._on_wire.discard((turn.slot, turn.name))
        self._begin(self._over(turn.slot, turn.name))

    def tell(self, slot: str, complaints: int = 0, answers: int = 0, hold: float = 0.0) -> None:
        """What a source answered; `hold` is its Retry-After in seconds."""
        if self.shares(slot):
            self._begin(self._tell(slot, complaints, answers, _micros(hold)))

    async def close(self) -> None:
        """Tell what is still to be told."""
        if self._alive is not None:
            self._alive.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(Exception):
            await self._client.aclose()

    async def _over(self, slot: str, name: str) -> None:
        if await self._call(slot, "over", name) is None:
            self._not_told.add((slot, name))

    async def _tell(self, slot: str, *numbers: int) -> None:
        said = await self._call(slot, "tell", *numbers)
        if said is not None:
            self._agree(slot, float(said))

    def _has_left(self, turn: SharedTurn) -> None:
        self._on_wire.add((turn.slot, turn.name))
        if self._alive is None:
            self._alive = asyncio.ensure_future(self._say_alive())

    async def _say_alive(self) -> None:
        while True:
            await asyncio.sleep(WIRE_SECONDS / 3)
            for slot in {slot for slot, _ in self._on_wire}:
                await self._call(slot, "alive", *(name for where, name in self._on_wire if where == slot))

    async def _call(self, slot: str, *arguments: Any) -> Any:
        """What the script says, None where Redis is away."""
        from redis.exceptions import RedisError

        if time.monotonic() < self._away_until:
            return None
        try:
            said = await self._script(keys=_keys(slot), args=arguments)
        except (RedisError, OSError, ValueError) as error:
            self._is_away(error)
            return None
        if self._away_until > -math.inf:
            self._away_until = -math.inf
            logger.info("Redis answers again: all crawls share one pace.")
            for over in tuple(self._not_told):
                self._begin(self._over(*over))
            self._not_told.clear()
        return said

    def _is_away(self, error: Exception) -> None:
        if self._away_until == -math.inf:
            self._times_away += 1
            said = without_password(" ".join(str(error).split()))[:200]
            logger.warning(
                "Redis at %s gives no turns (%s): the crawl keeps a pace of its own, as much slower as there are crawls"
                " at work on a source.",
                self._shown,
                said,
            )
        self._away_until = time.monotonic() + AWAY_SECONDS

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _keys(slot: str) -> Sequence[str]:
    # Braces: a cluster keeps the keys of one slot together.
    return [f"phx-pace:{{{slot}}}:{key}" for key in _KEYS]


def _micros(seconds: float) -> int:
    return round(seconds * 1e6)

"""The last word on whether a request leaves: not while its source is left alone, and not once the crawl is closing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from scrapy import Request
from scrapy.http import Response

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.exceptions import SourceBlocked, StoppedEarly
from phx_scraper.downloader.pacer import Check

Turn = Callable[[Request, Check], Awaitable[None]]
"""Waits until a request may leave; what the given check raises ends the wait."""

Over = Callable[[Request], None]
"""Takes a request that had its turn and is on the wire no more."""


class RequestGate:
    """Asked before a request queues and again before it is sent, for it may wait long in between.

    `blocked_sources` names the sources whose requests stay here; `closing` holds back everything.
    """

    def __init__(self, turn: Turn, over: Over) -> None:
        self._turn, self._over = turn, over
        self.blocked_sources: set[str] = set()
        self.closing = False
        self._under_way: set[asyncio.Timeout] = set()

    def check(self, request: Request) -> None:
        """Let the request pass. Raises LeftAlone, StoppedEarly."""
        if self.closing:
            raise StoppedEarly(f"the crawl closed before {request.url} was asked for")
        source = request.meta.get(meta_keys.SOURCE)
        if source in self.blocked_sources:
            raise SourceBlocked(f"{source} is left alone: {request.url} waits")

    async def send(self, request: Request, fetch: Callable[[Request], Awaitable[Response]]) -> Response:
        """Fetch, if the request may leave; `cancel_all` ends it before its time. Raises as `check` and `fetch` do."""
        await self._turn(request, partial(self.check, request))
        try:
            async with asyncio.timeout(None) as limit:
                self._under_way.add(limit)
                return await fetch(request)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise StoppedEarly(f"the crawl closed while {request.url} was under way") from error
        finally:
            self._under_way.discard(limit)
            self._over(request)

    def cancel_all(self) -> None:
        """End every request that is under way."""
        now = asyncio.get_running_loop().time()
        while self._under_way:
            self._under_way.pop().reschedule(now)

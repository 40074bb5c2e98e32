"""The last word on whether a request leaves: not while its source is left alone, and not once the crawl is closing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.handlers.failures import LeftAlone, StoppedEarly

_SHARED = "_phx_departures"


class Departures:
    """Asked before a request queues and again before it is sent, for it may wait long in between.

    `left_alone` names the sources whose requests stay here; `closing` holds back everything.
    """

    def __init__(self) -> None:
        self.left_alone: set[str] = set()
        self.closing = False
        self._under_way: set[asyncio.Timeout] = set()

    def check(self, request: Request) -> None:
        """Let the request pass. Raises LeftAlone, StoppedEarly."""
        if self.closing:
            raise StoppedEarly(f"the crawl closed before {request.url} was asked for")
        source = request.meta.get("phx_source")
        if source in self.left_alone:
            raise LeftAlone(f"{source} is left alone: {request.url} waits")

    async def send(self, request: Request, fetch: Callable[[Request], Awaitable[Response]]) -> Response:
        """Fetch, if the request may leave; `cut` ends it before its time. Raises as `check` and `fetch` do."""
        self.check(request)
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

    def cut(self) -> None:
        """End every request that is under way."""
        now = asyncio.get_running_loop().time()
        while self._under_way:
            self._under_way.pop().reschedule(now)


def departures_of(crawler: Crawler) -> Departures:
    """The one instance of a crawl."""
    found: Departures = vars(crawler).setdefault(_SHARED, Departures())
    return found

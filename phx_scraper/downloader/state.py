"""What the parts of one crawl share, in one place and with types: they find it by their crawler."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Protocol, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.config.fields import Config
from phx_scraper.config.reading import config_of
from phx_scraper.downloader.cookie_jars import CookieJars
from phx_scraper.downloader.gate import RequestGate
from phx_scraper.downloader.meta_keys import SOURCE, Kind
from phx_scraper.downloader.pacer import Check, Pacer
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.downloader.request_tally import OTHER, RequestTally
from phx_scraper.downloader.saved_pages import SavedFolder
from phx_scraper.downloader.sessions import Sessions
from phx_scraper.downloader.shared_pace import SharedPace
from phx_scraper.downloader.slots import SlotLimiter
from phx_scraper.downloader.throttle import Throttle

logger = logging.getLogger("phx_scraper")

ToldToWait = Callable[[str, Kind, str, float], Awaitable[None]]
"""Takes source, kind, host and the seconds of a Retry-After that no request waits for."""

_ATTRIBUTE = "phx_state"


class Fetching(Protocol):
    """The ways of fetching of one crawl."""

    lanes: SlotLimiter

    async def download(self, request: Request) -> Response:
        """Fetch by the way that the request asks for."""

    async def close(self) -> None:
        """Close all of them."""


class CrawlState:
    """The state of one crawl; `run` is of a type of a higher folder, and `run/current_run.py` gives it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.gate = RequestGate(self._turn, self._over)
        self.tally = RequestTally()
        self.cookies = CookieJars()
        self.sessions = Sessions()
        self.fetching: Fetching | None = None
        self.told_to_wait: ToldToWait | None = None
        self.run: object | None = None
        self.saved_pages: SavedFolder | None = None

    async def _turn(self, request: Request, check: Check) -> None:
        began = time.monotonic()
        try:
            await self.pacer.turn(request, check)
        finally:
            self.tally.waited[request.meta.get(SOURCE, OTHER)] += time.monotonic() - began

    def _over(self, request: Request) -> None:
        self.pacer.over(request)

    @cached_property
    def config(self) -> Config:
        """Read when it is first asked for: add-ons and spiders change settings while the crawl is made."""
        return config_of(self._crawler)

    @cached_property
    def throttle(self) -> Throttle:
        """Made when it is first asked for: the settings of the download slots are final by then."""
        return Throttle(self._crawler)

    @cached_property
    def pauses(self) -> Pauses:
        """Made when it is first asked for, as `config` is read."""
        return Pauses(self.config)

    @cached_property
    def pacer(self) -> Pacer:
        """Made for the first request that leaves."""
        return Pacer(self.pauses, self.throttle, shared=self._shared_pace())

    def _shared_pace(self) -> SharedPace | None:
        """None where no Redis is set, or the client for it is missing."""
        if not self.config.redis_url:
            return None
        widths = {name: int(slot["concurrency"]) for name, slot in self._slots().items() if slot.get("concurrency")}
        try:
            shared = SharedPace(self.config.redis_url, widths, self.throttle.agree)
        except ImportError:
            logger.warning('PHX_REDIS_URL is set and redis is not here: pip install "phx-scraper[service]" brings it')
            return None
        self.throttle.told = shared.tell
        return shared

    def _slots(self) -> dict[str, dict[str, float]]:
        slots: dict[str, dict[str, float]] = self._crawler.settings.getdict("DOWNLOAD_SLOTS")
        return slots

    async def close(self) -> None:
        """When no request is on its way any more."""
        if "pacer" in vars(self):
            await self.pacer.close()


class CrawlPart:
    """A middleware, an extension or a pipeline: Scrapy makes it by its crawler."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler, by which the part finds stats, spider and what is shared."""
        return cls(crawler)


def state_of(crawler: Crawler) -> CrawlState:
    """The one state of a crawler, made when it is first asked for. Raises UsageError where a setting is wrong."""
    # An attribute, because what the state holds refers back to the crawler: a table of weak keys would free neither.
    state: CrawlState | None = vars(crawler).get(_ATTRIBUTE)
    if state is None:
        state = CrawlState(crawler)
        vars(crawler)[_ATTRIBUTE] = state
    return state

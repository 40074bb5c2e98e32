"""What paces crawls that share a Redis, without their requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from phx_scraper.config.reading import read_config
from phx_scraper.downloader.pacer import Pacer
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.downloader.shared_pace import SharedPace
from phx_scraper.downloader.throttle import Throttle

PAUSE = 0.1
SLOT = "redfin"
Work = Callable[[], Awaitable[None]]


class Crawl:
    """What paces one crawl. All pauses are of the same length, as `PHX_DELAY_SCALE` and the source's row make them."""

    def __init__(self, url: str, pause: float = PAUSE, width: int = 1) -> None:
        crawler = Crawler(Spider, {"DOWNLOAD_SLOTS": {SLOT: {"concurrency": width}}})
        crawler.stats = MemoryStatsCollector(crawler)
        self.throttle = Throttle(crawler)
        same = {"PHX_MIN_DELAY": 1, "PHX_MAX_DELAY": 1, "PHX_MAX_HOME_DELAY": 1}
        self.shared = SharedPace(url, {SLOT: width}, self.throttle.agree)
        self.throttle.told = self.shared.tell
        self.pacer = Pacer(Pauses(read_config({"PHX_DELAY_SCALE": pause, **same})), self.throttle, shared=self.shared)

    async def ask(self, name: str = "", check: Callable[[], None] = lambda: None) -> Request:
        """Have a turn, and be on the wire from then on."""
        request = a_page(name)
        await self.pacer.turn(request, check)
        return request

    async def ask_and_end(self, name: str = "") -> None:
        """Have a turn, and an answer at once."""
        self.pacer.over(await self.ask(name))


def a_page(name: str = "") -> Request:
    return Request(f"https://www.redfin.com/{name}", meta={"download_slot": SLOT, "phx_kind": "page"})


async def until(is_so: Callable[[], bool]) -> None:
    """Let the crawls go on until it is so."""
    for _ in range(2000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come about")


def run(work: Work, *crawls: Crawl) -> float:
    """The seconds that it takes."""

    async def whole() -> None:
        await work()
        for crawl in crawls:
            await crawl.pacer.close()

    began = time.monotonic()
    asyncio.run(whole())
    return time.monotonic() - began

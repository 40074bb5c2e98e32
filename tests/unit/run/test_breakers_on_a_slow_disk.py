"""What circuit breakers have found out and not written yet: it holds, and whatever waits is written at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from phx_scraper.run.circuit_breaker import Limits
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.storage.catalogue import breakers
from phx_scraper.storage.catalogue.breakers import BreakerRow
from tests.unit.run.crawl_with_breakers import HOST, REFUSED


class SlowCatalogue:
    """A run whose catalogue writes only once `disk` is set, and what its breakers asked of it."""

    def __init__(self) -> None:
        self.disk = asyncio.Event()
        self.run_id = "run"
        self.in_hand: dict[tuple[str, str], Any] = {}
        self.blocked: set[str] = set()
        self.written: list[BreakerRow] = []

    async def read(self, function: Callable[..., Any]) -> dict[str, BreakerRow]:
        assert function is breakers.read
        await self.disk.wait()
        return {row.source: row for row in self.written}

    async def write(self, function: Callable[..., Any], _known: BreakerRow, row: BreakerRow) -> None:
        assert function is breakers.exchange
        await self.disk.wait()
        self.written.append(row)

    def count(self, key: str, by: int = 1) -> None:
        pass

    def block_source(self, source: str) -> None:
        self.blocked.add(source)

    def unblock_source(self, source: str) -> None:
        self.blocked.discard(source)

    def stop(self, reason: str, sentence: str) -> None:
        raise AssertionError(sentence)


def test_a_slow_disk_lets_no_further_request_leave() -> None:
    async def run() -> None:
        crawl = SlowCatalogue()
        board = CircuitBreakers(crawl, ["zillow"], Limits(3, 60.0))
        told = [asyncio.create_task(board.record_failure("zillow", "photo", REFUSED, HOST)) for _ in range(3)]
        await asyncio.sleep(0)
        assert (crawl.blocked, crawl.written) == ({"zillow"}, [])
        following = asyncio.create_task(board.follow())
        crawl.disk.set()
        await asyncio.gather(*told, following)
        assert board.is_open("zillow"), "older rows do not close it"
        assert crawl.written[-1].opened_at is not None
        assert crawl.written[-1].photo_failures == 3

    asyncio.run(run())


def test_one_write_takes_along_what_waits_for_it() -> None:
    async def run() -> None:
        crawl = SlowCatalogue()
        board = CircuitBreakers(crawl, ["zillow"], Limits(9, 60.0))
        told = [asyncio.create_task(board.record_failure("zillow", "page", REFUSED, HOST)) for _ in range(8)]
        await asyncio.sleep(0)
        crawl.disk.set()
        await asyncio.gather(*told)
        assert crawl.written[-1].page_failures == 8
        assert len(crawl.written) <= 2

    asyncio.run(run())


def test_what_is_not_written_yet_keeps_nobody_from_following_the_others() -> None:
    async def run() -> None:
        crawl = SlowCatalogue()
        crawl.written.append(BreakerRow("redfin", 3, 0, time.time(), 0.0, "refusal: forbidden"))
        board = CircuitBreakers(crawl, ["zillow", "redfin"], Limits(1, 60.0))
        following = asyncio.create_task(board.follow())
        await asyncio.sleep(0)
        told = asyncio.create_task(board.record_failure("zillow", "page", REFUSED, HOST))
        await asyncio.sleep(0)
        crawl.disk.set()
        await asyncio.gather(following, told)
        assert crawl.blocked == {"zillow", "redfin"}

    asyncio.run(run())

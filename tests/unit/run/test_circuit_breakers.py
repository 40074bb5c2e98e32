"""The circuit breakers of a run: what they do while the catalogue is slow to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from phx_scraper.run.circuit_breaker import Limits, SourceFailure
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.storage.catalogue.breakers import BreakerRow

REFUSED = SourceFailure("refusal", "forbidden")
HOST = "www.zillow.com"


class SlowCatalogue:
    """A run whose catalogue writes only once `disk` is set, and what its breakers asked of it."""

    def __init__(self) -> None:
        self.disk = asyncio.Event()
        self.catalogue: Any = self
        self.run_id = "run"
        self.in_hand: dict[tuple[str, str], Any] = {}
        self.blocked: set[str] = set()
        self.written: list[BreakerRow] = []

    async def sql(self, function: Callable[..., Any], *args: Any) -> Any:
        await self.disk.wait()
        return function(*args)

    def breaker_rows(self) -> dict[str, BreakerRow]:
        return {row.source: row for row in self.written}

    def write_breaker(self, row: BreakerRow) -> None:
        self.written.append(row)

    def count(self, key: str, by: int = 1) -> None:
        pass

    def block_source(self, source: str) -> None:
        self.blocked.add(source)

    def unblock_source(self, source: str) -> None:
        self.blocked.discard(source)

    def stop(self, reason: str, sentence: str) -> None:
        raise AssertionError(sentence)


def test_no_further_request_is_sent_while_the_disk_is_slow() -> None:
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


def test_one_write_includes_all_waiting_changes() -> None:
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

"""The breakers of several processes on one catalogue: what they find out adds up to one breaker for each source."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.run.circuit_breaker import Limits, SourceFailure
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.storage.catalogue import breakers
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import write
from tests.unit.run.crawl_with_breakers import HOST, REFUSED, Crawl
from tests.unit.storage.catalogue_helpers import Collector


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    collector = Collector(tmp_path / "data", fsync=False)
    yield collector.catalogue
    collector.catalogue.close()


async def fail(board: CircuitBreakers) -> None:
    await board.record_failure("zillow", "page", REFUSED, HOST)


def test_five_processes_open_one_breaker_after_as_many_refusals_as_one_would(catalogue: Catalogue) -> None:
    crawls = [Crawl(catalogue) for _ in range(5)]

    async def run() -> None:
        boards = [crawl.board(Limits(5, 60.0)) for crawl in crawls]
        for board in boards:
            await board.begin()
        for board in boards[:4]:
            await fail(board)
        assert [crawl.blocked for crawl in crawls] == [set()] * 5
        assert crawls[0].row().page_failures == 4
        await fail(boards[4])
        assert crawls[4].blocked == {"zillow"}
        opened_at = crawls[0].row().opened_at
        for board in boards:
            await board.follow()
        assert [crawl.blocked for crawl in crawls] == [{"zillow"}] * 5
        await fail(boards[0])
        assert crawls[0].row().opened_at == opened_at, "what was under way then opens no second one"

    asyncio.run(run())


def test_refusals_of_others_open_it_here_when_one_more_comes(catalogue: Catalogue) -> None:
    one, other = Crawl(catalogue), Crawl(catalogue)

    async def run() -> None:
        first, second = one.board(), other.board()
        await second.begin()
        for _ in range(3):
            await fail(first)
        await fail(second)
        assert other.blocked == {"zillow"}
        assert other.counted == ["phx/breaker/zillow/opened"]

    asyncio.run(run())


def test_a_good_answer_to_another_process_begins_the_count_anew(catalogue: Catalogue) -> None:
    one, other = Crawl(catalogue), Crawl(catalogue)

    async def run() -> None:
        first, second = one.board(), other.board()
        await fail(first)
        await fail(first)
        await second.follow()
        await second.record_success("zillow", "page", HOST)
        await fail(first)
        assert (one.row().page_failures, one.blocked) == (1, set())

    asyncio.run(run())


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_trial_is_decided_by_who_has_it_whatever_others_write_meanwhile(
    catalogue: Catalogue, ends_well: bool
) -> None:
    one, other = Crawl(catalogue), Crawl(catalogue)
    one.left_alone("zillow", 1000.0)

    async def run() -> None:
        first, second = one.board(), other.board()
        await first.begin()
        await second.begin()
        await first.start_trial("zillow")
        await second.record_failure("zillow", "page", SourceFailure("refusal", "forbidden", 90.0), HOST)
        assert other.blocked == {"zillow"}
        if ends_well:
            await first.record_success("zillow", "page", HOST)
        else:
            await fail(first)
        assert one.blocked == (set() if ends_well else {"zillow"})
        assert (one.row().opened_at is None) is ends_well
        await second.follow()
        assert other.blocked == one.blocked

    asyncio.run(run())


def test_what_comes_while_the_row_is_written_is_added_to_what_others_wrote(catalogue: Catalogue) -> None:
    crawl = Crawl(catalogue)

    async def run() -> None:
        board = crawl.board(Limits(9, 60.0))
        write(catalogue, breakers.write, BreakerRow("zillow", 4, 0, None, 0.0, f"refusal: forbidden at {HOST}"))
        await asyncio.gather(*(fail(board) for _ in range(3)))
        assert crawl.row().page_failures == 7
        await fail(board)
        await fail(board)
        assert crawl.row().opened_at == pytest.approx(time.time(), abs=60)

    asyncio.run(run())

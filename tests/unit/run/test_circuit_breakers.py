"""The circuit breakers of a run: what they ask of it, what the catalogue and other processes are told."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.run.circuit_breaker import Limits
from phx_scraper.run.circuit_breakers import CircuitBreakers
from phx_scraper.storage.catalogue import breakers
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.photo_counts import visit_rows
from tests.catalogue_calls import read, write
from tests.moments import MOMENT
from tests.unit.run.crawl_with_breakers import HOST, REFUSED, UNREACHED, Crawl
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, decide, finish_visit, homes


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    collector = Collector(tmp_path / "data", fsync=False)
    yield Crawl(collector.catalogue)
    collector.catalogue.close()


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "phx_scraper")
    return caplog


async def fail(board: CircuitBreakers, times: int = 3, source: str = "zillow") -> None:
    for _ in range(times):
        await board.record_failure(source, "page", REFUSED, HOST)


def test_what_an_earlier_run_found_holds(crawl: Crawl, told: pytest.LogCaptureFixture) -> None:
    now = time.time()
    crawl.left_alone("redfin", now - 10)
    crawl.left_alone("zillow", now - 1000)
    board = crawl.board()
    asyncio.run(board.begin())
    assert crawl.blocked == {"zillow", "redfin"}
    assert [breaker.row.source for breaker in board.blocked_sources()] == ["zillow", "redfin"]
    assert board.until("redfin") == pytest.approx(now + 50)
    assert [(record.levelname, record.message.split(" until")[0]) for record in told.records] == [
        ("WARNING", "redfin is left alone")
    ], "the other one's time is over"
    assert [board.is_open(source) for source in (*SOURCES, "maricopa_assessor")] == [True, True, False, False]
    assert [board.capacity(source, 8) for source in SOURCES] == [0, 0, 8]


def test_it_opens_is_tried_with_one_home_and_closes(crawl: Crawl, told: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        board = crawl.board(Limits(3, 0.0))
        await fail(board, 2)
        assert (crawl.blocked, crawl.row().page_failures) == (set(), 2)
        await fail(board, 1)
        assert (crawl.blocked, crawl.row().page_failures, board.capacity("zillow", 8)) == ({"zillow"}, 3, 0)
        opened_at = crawl.row().opened_at
        assert opened_at == pytest.approx(time.time(), abs=60)
        await board.start_trial("zillow")
        assert (crawl.blocked, board.capacity("zillow", 8)) == (set(), 1)
        assert crawl.row().opened_at is not None
        await board.record_success("zillow", "page", HOST)
        assert (crawl.row().opened_at, crawl.row().page_failures, board.capacity("zillow", 8)) == (None, 0, 8)

    asyncio.run(run())
    assert crawl.counted == [f"phx/breaker/zillow/{what}" for what in ("opened", "half_open", "closed")]
    assert [(record.levelname, record.message) for record in told.records[1:]] == [
        ("INFO", "zillow is tried again with one home"),
        ("INFO", "zillow answers again"),
    ]
    assert told.records[0].levelname == "WARNING"
    assert re.fullmatch(
        rf"zillow is left alone until {MOMENT} after 3 refusals in a row \(forbidden at www\.zillow\.com\)",
        told.records[0].message,
    )


def test_a_trial_waits_for_its_time(crawl: Crawl) -> None:
    crawl.left_alone("zillow", time.time())
    board = crawl.board()

    async def run() -> None:
        await board.begin()
        await board.start_trial("zillow")
        await board.start_trial("redfin")

    asyncio.run(run())
    assert (crawl.blocked, crawl.counted) == ({"zillow"}, [])


def test_two_runs_do_not_both_have_the_trial(crawl: Crawl) -> None:
    crawl.left_alone("zillow", 1000.0)
    board, before = crawl.board(), time.time()

    async def run() -> None:
        await board.begin()
        assert write(crawl.catalogue, breakers.take_trial, "zillow", 1000.0, before)
        await board.start_trial("zillow")

    asyncio.run(run())
    assert (board.is_open("zillow"), crawl.blocked) == (True, {"zillow"})
    assert board.until("zillow") == before + 60.0, "it follows the one that was faster"
    assert crawl.row().opened_at == before


def test_it_does_as_other_processes_do(crawl: Crawl) -> None:
    board = crawl.board()

    async def run() -> None:
        await board.begin()
        crawl.left_alone("redfin", 1000.0)
        await board.follow()
        assert (crawl.blocked, board.is_open("redfin")) == ({"redfin"}, True)
        write(crawl.catalogue, breakers.write, BreakerRow("redfin"))
        await board.follow()
        await board.follow()
        assert (crawl.blocked, board.is_open("redfin")) == (set(), False)

    asyncio.run(run())
    assert crawl.counted == ["phx/breaker/redfin/opened", "phx/breaker/redfin/closed"]


def test_only_what_changes_something_is_written(crawl: Crawl) -> None:
    board = crawl.board()

    async def run() -> None:
        await board.record_success("zillow", "page", HOST)
        await board.record_success("nowhere", "page", HOST)
        await board.record_failure("nowhere", "page", REFUSED, "nowhere.example")
        assert crawl.rows() == {}
        await fail(board, 1)
        await board.record_success("zillow", "photo", HOST)
        assert crawl.row().page_failures == 1
        await board.record_failure("zillow", "page", REFUSED, "www.zillowstatic.com")
        await board.record_success("zillow", "page", "www.zillowstatic.com")
        assert crawl.row().page_failures == 1, "what one host did another does not clear"
        await board.record_success("zillow", "page")
        assert crawl.row().page_failures == 0
        await board.record_failure("zillow", "page", REFUSED)
        assert crawl.row().reason == "refusal: forbidden", "no host was named"

    asyncio.run(run())
    assert crawl.counted == []


def test_being_offline_ends_the_run_and_is_held_against_nobody(tmp_path: Path) -> None:
    collector = Collector(tmp_path / "data", fsync=False)
    collector.begin(homes(1))
    crawl = Crawl(collector.catalogue)
    crawl.run_id = collector.run_id
    crawl.in_hand = {("hash", "zillow"): None, ("hash", "redfin"): None}
    board = crawl.board(Limits(2, 60.0))

    async def run() -> None:
        await board.record_failure("zillow", "page", UNREACHED, HOST)
        lease = collector.lease(homes(1)[0].property_hash, "zillow")
        assert lease is not None
        collector.finish(lease, "error")
        await board.record_failure("redfin", "page", UNREACHED, "www.redfin.com")
        assert [reason for reason, _ in crawl.stopped] == ["offline"]
        assert crawl.stopped[0][1].startswith("no host can be reached (host_unknown: www.zillow.com, www.redfin.com)")
        assert set(crawl.rows()) == {"zillow"}, "the one that ended the run counts no more"
        await board.take_back()
        assert (crawl.row().page_failures, crawl.row().reason) == (0, "")

    asyncio.run(run())
    collector.catalogue.close()


def test_visits_that_came_of_being_offline_are_pending_again(tmp_path: Path) -> None:
    collector = Collector(tmp_path / "data", fsync=False)
    collector.begin(homes(2))
    crawl = Crawl(collector.catalogue)
    crawl.run_id = collector.run_id
    board = crawl.board()
    reasons = dict(zip((home.property_hash for home in homes(2)), ("host_unknown", "http_500"), strict=True))

    async def run() -> None:
        await board.record_failure("zillow", "page", UNREACHED, HOST)
        for property_hash, reason in reasons.items():
            lease = collector.lease(property_hash, "zillow")
            assert lease is not None
            finish_visit(crawl.catalogue, lease, "error", reason, decide, time.time())
        await board.take_back()

    asyncio.run(run())
    assert [visit.outcome for visit in read(crawl.catalogue, visit_rows, list(reasons), ["zillow"])] == [
        "pending",
        "error",
    ]
    collector.catalogue.close()


def test_sources_that_are_at_work_may_be_reached(crawl: Crawl) -> None:
    board = crawl.board(Limits(2, 60.0))
    crawl.in_hand = {("hash", "phoenix_mls"): None}

    async def run() -> None:
        await board.record_failure("zillow", "page", UNREACHED, HOST)
        await board.record_failure("redfin", "page", UNREACHED, "www.redfin.com")

    asyncio.run(run())
    assert crawl.stopped == []
    board.run_ends()
    assert [reason for reason, _ in crawl.stopped] == ["offline"], "nobody answered to the end"


def test_a_full_disk_is_somebody_elses_sentence(crawl: Crawl) -> None:
    board = crawl.board()
    crawl.disk_is_full = True

    async def run() -> None:
        await fail(board)
        await board.take_back()

    asyncio.run(run())
    assert crawl.blocked == {"zillow"}
    assert crawl.rows() == {}

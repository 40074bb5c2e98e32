"""Crawls that share a real Redis: together they ask as one does, whatever is killed, wiped or away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator

import pytest
from scrapy import Request

from phx_scraper.downloader.exceptions import StoppedEarly
from tests.redis_server import WHY_NOT, RedisServer, redis_program
from tests.unit.downloader.paced_crawls import PAUSE, SLOT, Crawl, a_page, run, until

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that the machine lets wait for a second is not away: one that is refuses at once."""
    monkeypatch.setattr("phx_scraper.downloader.shared_pace.PATIENCE", 60.0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path_factory.mktemp("r"))
    yield made
    made.kill()


@pytest.fixture
def redis(server: RedisServer) -> RedisServer:
    server.wipe()
    return server


def test_five_crawls_are_no_faster_than_one(redis: RedisServer) -> None:
    crawls = [Crawl(redis.url) for _ in range(5)]

    async def work() -> None:
        await asyncio.gather(*(crawl.ask_and_end() for crawl in crawls for _ in range(2)))

    # The first one waits too: a Redis that knows nothing of a slot may have been wiped a moment ago.
    assert run(work, *crawls) >= 10 * PAUSE


def test_first_come_first_served(redis: RedisServer) -> None:
    crawls = [Crawl(redis.url) for _ in range(3)]
    left: list[int] = []

    async def ask(number: int) -> None:
        await crawls[number].ask_and_end()
        left.append(number)

    async def work() -> None:
        client, tasks = redis.client(), []
        client.zadd(f"phx-pace:{{{SLOT}}}:wire", {"another": (time.time() + 10) * 1e6})
        for number in (2, 0, 1):
            tasks.append(asyncio.create_task(ask(number)))
            await until(lambda: client.zcard(f"phx-pace:{{{SLOT}}}:waiting") == len(tasks))
        client.delete(f"phx-pace:{{{SLOT}}}:wire")
        await asyncio.gather(*tasks)

    run(work, *crawls)
    assert left == [2, 0, 1]


@pytest.mark.parametrize("width", [1, 3])
def test_no_more_are_on_the_wire_than_one_crawl_may_have(redis: RedisServer, width: int) -> None:
    crawls = [Crawl(redis.url, pause=0, width=width) for _ in range(5)]
    on_wire: set[Request] = set()
    most = 0

    async def ask(crawl: Crawl) -> None:
        nonlocal most
        request = await crawl.ask()
        on_wire.add(request)
        most = max(most, len(on_wire))
        # Answers of Redis may come one by one: the first ones stay until as many are there as may be.
        await until(lambda: most >= width)
        for _ in range(20):
            await asyncio.sleep(0)
        on_wire.discard(request)
        crawl.pacer.over(request)

    async def work() -> None:
        await asyncio.gather(*(ask(crawl) for crawl in crawls for _ in range(6)))

    run(work, *crawls)
    assert most == width


def test_a_time_that_one_is_told_holds_all(redis: RedisServer) -> None:
    told, other = Crawl(redis.url, pause=0), Crawl(redis.url, pause=0)

    async def work() -> None:
        told.pacer.hold(a_page(), 1.0)
        await asyncio.gather(*told.shared._tasks)
        await other.ask_and_end()

    assert run(work, told, other) >= 1.0


def test_a_complaint_slows_all_down_and_the_good_answers_of_all_take_it_back(redis: RedisServer) -> None:
    one, other = Crawl(redis.url, pause=0), Crawl(redis.url, pause=0)

    async def settle() -> None:
        await asyncio.gather(*one.shared._tasks, *other.shared._tasks)

    async def work() -> None:
        one.throttle.slow_down(a_page())
        one.throttle.slow_down(a_page())
        await settle()
        await other.ask_and_end()
        assert other.throttle.factor(SLOT) == 4
        for _ in range(8):
            other.throttle.answered(a_page())
            one.throttle.answered(a_page())
            await settle()
        await one.ask_and_end()
        await other.ask_and_end()
        assert (one.throttle.factor(SLOT), other.throttle.factor(SLOT)) == (1, 1)

    run(work, one, other)


@pytest.mark.parametrize("key", ["wire", "waiting"])
def test_one_that_was_killed_holds_nobody_up_for_long(redis: RedisServer, key: str) -> None:
    """It waited, or had a request on the wire, and was last heard of a while ago by the clock of Redis."""
    client, crawl = redis.client(), Crawl(redis.url, pause=0)
    client.zadd(f"phx-pace:{{{SLOT}}}:{key}", {"killed": 1})
    client.zadd(f"phx-pace:{{{SLOT}}}:asked", {"killed": 1})
    run(crawl.ask_and_end, crawl)
    assert client.zcard(f"phx-pace:{{{SLOT}}}:{key}") == 0


def test_a_clock_that_went_back_holds_nobody_up(redis: RedisServer) -> None:
    client, crawl = redis.client(), Crawl(redis.url, pause=0)
    later = (time.time() + 10_000) * 1e6
    for key in ("wire", "waiting", "asked"):
        client.zadd(f"phx-pace:{{{SLOT}}}:{key}", {key: later})
        client.zadd(f"phx-pace:{{{SLOT}}}:asked", {key: later})
    client.hset(f"phx-pace:{{{SLOT}}}:state", mapping={"last": later, "held": later, "arrivals": 9})
    run(crawl.ask_and_end, crawl)


def test_what_is_on_the_wire_for_long_is_not_taken_for_killed(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phx_scraper.downloader.shared_pace.WIRE_SECONDS", 0.03)
    crawl, client = Crawl(redis.url, pause=0), redis.client()
    wire = f"phx-pace:{{{SLOT}}}:wire"

    async def work() -> None:
        request = await crawl.ask()
        (name,) = client.zrange(wire, 0, -1)
        client.zadd(wire, {name: 1})
        await until(lambda: client.zscore(wire, name) != 1)
        crawl.pacer.over(request)

    run(work, crawl)
    assert client.zcard(wire) == 0


def test_who_stops_waiting_makes_room(redis: RedisServer) -> None:
    crawl, other = Crawl(redis.url, pause=60), Crawl(redis.url, pause=0)

    def check() -> None:
        if redis.client().exists(f"phx-pace:{{{SLOT}}}:waiting"):
            raise StoppedEarly("closing")

    async def work() -> None:
        with pytest.raises(StoppedEarly):
            await crawl.ask(check=check)
        await crawl.pacer.close()
        await other.ask_and_end()

    run(work, other)


def test_a_wiped_redis_lets_nobody_leave_early(redis: RedisServer) -> None:
    one, other = Crawl(redis.url), Crawl(redis.url)
    began = 0.0

    async def work() -> None:
        nonlocal began
        await one.ask_and_end()
        redis.wipe()
        began = time.monotonic()
        await other.ask_and_end()
        assert time.monotonic() - began >= PAUSE

    run(work, one, other)


def test_without_redis_each_is_as_much_slower_as_there_are_crawls_and_says_so_once(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phx_scraper.downloader.shared_pace.AWAY_SECONDS", 0.0)
    caplog.set_level(logging.INFO, "phx_scraper")
    crawl = Crawl(redis.url)
    crawl.pacer.sharers = {SLOT: 4}

    async def work() -> None:
        await crawl.ask_and_end()
        redis.kill()
        # Its own pace counts from here, however long the killing took.
        left = crawl.pacer._last[SLOT]
        await crawl.ask_and_end()
        await crawl.ask_and_end()
        assert time.monotonic() - left >= 8 * PAUSE
        redis.start()
        # What left meanwhile is not known to Redis: it begins with a whole pause.
        redis.client().hset(f"phx-pace:{{{SLOT}}}:state", "last", 1)
        crawl.pacer._last.clear()
        began = time.monotonic()
        await crawl.ask_and_end()
        assert time.monotonic() - began >= PAUSE

    run(work, crawl)
    away, back = (record.getMessage() for record in caplog.records)
    assert "gives no turns" in away
    assert "as much slower as there are crawls" in away
    assert "answers again" in back


def test_a_password_that_is_wrong_is_no_traceback_and_not_shown(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    crawl = Crawl("redis://:secret-word@127.0.0.1:1/0", pause=0)
    run(crawl.ask_and_end, crawl)
    assert "gives no turns" in caplog.text
    assert "secret-word" not in caplog.text


def test_a_slot_that_nobody_shares_asks_nobody(redis: RedisServer) -> None:
    crawl = Crawl(redis.url)
    request = Request("https://elsewhere.invalid/", meta={})

    async def work() -> None:
        await crawl.pacer.turn(request, lambda: None)
        crawl.pacer.over(request)

    run(work, crawl)
    assert redis.client().keys("phx-pace:*") == []

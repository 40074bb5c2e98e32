"""In which order and after which waits requests leave, by a clock that only the waits move."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from phx_scraper.config.reading import read_config
from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.pacer import LONGEST_SLOWED, Pacer
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.downloader.slots import download_slots
from phx_scraper.downloader.throttle import Throttle
from phx_scraper.sources import SOURCES


class Clock:
    """Time that passes in `sleep` alone; `watch` is called after each."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.watch: Callable[[], None] = lambda: None

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.watch()
        await asyncio.sleep(0)


class Turns:
    """A pacer whose draws are always the middle one, and when each request left."""

    def __init__(self, **settings: float) -> None:
        self.clock = Clock()
        crawler = Crawler(Spider, {"DOWNLOAD_SLOTS": download_slots(SOURCES.values())})
        crawler.stats = MemoryStatsCollector(crawler)
        self.throttle = Throttle(crawler)
        self.pauses = Pauses(read_config(settings))
        self.pacer = Pacer(
            self.pauses, self.throttle, draw=lambda: 0.5, sleep=self.clock.sleep, clock=lambda: self.clock.now
        )
        self.left: list[tuple[str, float]] = []

    async def turn(self, request: Request, check: Callable[[], None] = lambda: None) -> None:
        await self.pacer.turn(request, check)
        self.left.append((request.url, self.clock.now))

    def run(self, *requests: Request) -> list[float]:
        """The time between each request and the next, in the order in which they were asked for."""

        async def all_of_them() -> None:
            await asyncio.gather(*(self.turn(request) for request in requests))

        asyncio.run(all_of_them())
        assert [url for url, _ in self.left] == [request.url for request in requests]
        times = [at for _, at in self.left]
        return [round(later - earlier, 6) for earlier, later in pairwise(times)]


def page(number: int, home: str = "", slot: str = "zillow") -> Request:
    meta = {"download_slot": slot, "phx_kind": "page", **({"phx_home": home} if home else {})}
    return Request(f"https://www.zillow.com/{number}", meta=meta)


def usual(turns: Turns, opens_home: bool = False) -> float:
    return round(turns.pauses.before(page(0), opens_home, 0.5), 6)


def test_requests_leave_one_after_another_each_after_a_pause_of_its_own() -> None:
    turns = Turns()
    pause = usual(turns)
    assert turns.run(*(page(number) for number in range(5))) == [pause] * 4
    assert 2.0 < pause < 4.5


def test_the_first_page_of_a_home_waits_longer_and_only_the_first() -> None:
    turns = Turns()
    home, other = usual(turns, opens_home=True), usual(turns)
    order = (page(1, "a"), page(2, "a"), page(3, "b"), page(4, "a"), page(5, "b"), page(6, "c"))
    assert turns.run(*order) == [other, home, other, other, home]


def test_it_tells_when_it_last_paused_on_purpose() -> None:
    turns = Turns()
    turns.run(page(1))
    assert turns.pacer.paused_at < turns.clock.now
    turns.left.clear()
    turns.run(page(2))
    assert turns.pacer.paused_at == turns.clock.now


def test_photos_open_no_home() -> None:
    turns = Turns()
    slot = {"download_slot": "zillow:img", "phx_kind": "photo"}
    photos = [Request(f"https://photos.zillowstatic.com/{home}", meta={**slot, "phx_home": home}) for home in "abc"]
    assert max(turns.run(*photos)) < 3.0


def test_no_scale_is_no_wait_at_all() -> None:
    turns = Turns(PHX_DELAY_SCALE=0)
    turns.clock.watch = lambda: pytest.fail("nothing is to be waited for")
    assert turns.run(*(page(number, str(number)) for number in range(5))) == [0.0] * 4


def test_slots_wait_apart() -> None:
    turns = Turns()
    asyncio.run(turns.turn(page(1)))
    before = turns.clock.now
    asyncio.run(turns.turn(page(2, slot="redfin")))
    assert turns.clock.now == before


def test_complaints_stretch_the_pause_and_also_one_that_has_begun() -> None:
    turns = Turns()
    pause = usual(turns)
    turns.throttle.slow_down(page(0))
    assert turns.run(page(1), page(2)) == [pytest.approx(2 * pause, abs=1e-5)]

    def complain() -> None:
        if turns.throttle.factor("zillow") == 2:
            turns.throttle.slow_down(page(0))

    turns.clock.watch = complain
    turns.left.clear()
    assert turns.run(page(3), page(4))[0] == pytest.approx(4 * pause, abs=1e-5)


def test_the_throttle_stretches_no_pause_beyond_two_minutes_and_shortens_none() -> None:
    turns = Turns(PHX_MIN_DELAY=30, PHX_MAX_DELAY=30, PHX_MAX_HOME_DELAY=300)
    for _ in range(9):
        turns.throttle.slow_down(page(0))
    homes = usual(turns, opens_home=True)
    assert homes < LONGEST_SLOWED
    assert turns.run(page(1, "a"), page(2, "a")) == [LONGEST_SLOWED]
    turns.pauses.crawl_delays["www.zillow.com"] = 200.0
    turns.left.clear()
    assert turns.run(page(3, "a"), page(4, "a")) == [200.0]


def test_a_source_that_named_a_time_is_not_asked_before() -> None:
    turns = Turns(PHX_DELAY_SCALE=0)
    asyncio.run(turns.turn(page(1)))
    turns.pacer.hold(page(1), 60)
    turns.pacer.hold(page(1), 10)
    assert turns.clock.now == 1000.0
    turns.left.clear()
    assert turns.run(page(2), page(3)) == [0.0]
    assert turns.left[0][1] == 1060.0


def test_each_of_several_crawls_is_as_much_slower_and_none_begins_at_once() -> None:
    turns = Turns()
    pause = usual(turns)
    turns.pacer.sharers = {"zillow": 4, "redfin": 1}
    assert turns.run(page(1), page(2)) == [pytest.approx(4 * pause, abs=1e-5)]
    assert turns.left[0][1] - 1000.0 == pytest.approx(4 * pause, abs=1e-5)
    before = turns.clock.now
    asyncio.run(turns.turn(page(3, slot="redfin")))
    assert turns.clock.now == before


def test_photos_are_shared_as_pages_are() -> None:
    turns = Turns()
    photos = [Request(f"https://photos.zillowstatic.com/{n}", meta={"download_slot": "zillow:img"}) for n in range(2)]
    alone = turns.run(*photos)
    turns.pacer.sharers = {"zillow": 3}
    turns.left.clear()
    assert turns.run(*photos) == [pytest.approx(3 * alone[0], abs=1e-5)]


def test_what_the_check_raises_ends_the_wait_and_the_next_one_has_its_turn() -> None:
    turns = Turns()
    asyncio.run(turns.turn(page(1)))
    waited = 0

    def check() -> None:
        nonlocal waited
        waited += 1
        if waited == 3:
            raise StoppedEarly("closed")

    with pytest.raises(StoppedEarly):
        asyncio.run(turns.turn(page(2), check))
    assert turns.clock.now < 1001
    asyncio.run(turns.turn(page(3)))
    assert turns.clock.now - 1000.0 == pytest.approx(usual(turns))


def test_each_pacer_draws_from_a_generator_of_its_own() -> None:
    random.seed(3)
    state = random.getstate()
    turns = Turns(PHX_DELAY_SCALE=1)
    own = Pacer(turns.pauses, turns.throttle, sleep=turns.clock.sleep, clock=lambda: turns.clock.now)
    for number in range(4):
        asyncio.run(own.turn(page(number), lambda: None))
    assert random.getstate() == state

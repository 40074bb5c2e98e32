"""The factors on the pauses of a crawl's slots."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from phx_scraper.downloader.state import state_of
from phx_scraper.downloader.throttle import Throttle

SLOTS: dict[str, dict[str, Any]] = {
    "one": {"concurrency": 1},
    "two": {"concurrency": 2},
}


@pytest.fixture
def crawler() -> Crawler:
    """One that has both slots."""
    made = Crawler(Spider, {"DOWNLOAD_SLOTS": SLOTS, "IMAGES_STORE": "store"})
    made.stats = MemoryStatsCollector(made)
    return made


def to(slot: str | None) -> Request:
    return Request("https://www.zillow.com/", meta={} if slot is None else {"download_slot": slot})


def test_complaints_double_the_delay_up_to_sixteen_times(crawler: Crawler) -> None:
    throttle = Throttle(crawler)
    factors = []
    for _ in range(6):
        throttle.slow_down(to("one"))
        factors.append(throttle.factor("one"))
    assert factors == [2, 4, 8, 16, 16, 16]
    assert crawler.stats.get_value("phx/pace/slowed/one") == 6
    assert crawler.stats.get_value("phx/pace/slowest/one") == 16


def test_good_answers_take_it_back_until_nothing_is_added(crawler: Crawler) -> None:
    throttle = Throttle(crawler)
    for _ in range(2):
        throttle.slow_down(to("one"))
    factors = []
    for _ in range(16):
        throttle.answered(to("one"))
        factors.append(round(throttle.factor("one"), 3))
    assert factors[:3] == [3.4, 2.92, 2.536]
    assert factors[-2:] == [1.106, 1.0]
    throttle.answered(to("one"))
    assert throttle.factor("one") == 1.0
    assert crawler.stats.get_value("phx/pace/slowest/one") == 4


@pytest.mark.parametrize("slot", [None, "unknown"])
def test_a_slot_of_nobodys_is_left_alone(crawler: Crawler, slot: str | None) -> None:
    throttle = Throttle(crawler)
    throttle.slow_down(to(slot))
    throttle.answered(to(slot))
    assert throttle.factor(slot or "") == 1.0
    assert crawler.stats.get_stats() == {}


def test_slots_are_slowed_apart(crawler: Crawler) -> None:
    throttle = Throttle(crawler)
    throttle.slow_down(to("two"))
    assert (throttle.factor("one"), throttle.factor("two")) == (1.0, 2.0)


def test_a_crawl_has_one(crawler: Crawler) -> None:
    state_of(crawler).throttle.slow_down(to("one"))
    assert state_of(crawler).throttle.factor("one") == 2.0
    assert state_of(Crawler(Spider, dict(crawler.settings))).throttle is not state_of(crawler).throttle

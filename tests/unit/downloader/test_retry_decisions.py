"""The retry middleware alone: what is tried again, how long it waits, and what the run is told."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.middlewares.retry import BackoffRetryMiddleware
from phx_scraper.downloader.state import state_of

URL = "https://www.zillow.com/x"
SETTINGS = {
    "RETRY_HTTP_CODES": [429, "503"],
    "RETRY_EXCEPTIONS": ["builtins.ConnectionError"],
    "RETRY_TIMES": 2,
    "PHX_DELAY_SCALE": 0.0,
    "IMAGES_STORE": "store",
}


def crawl(is_closing: bool = False, **settings: Any) -> Crawler:
    crawler = Crawler(Spider, {**SETTINGS, **settings})
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.spider = Spider("any")
    crawler.spider.crawler = crawler
    slot = SimpleNamespace(closing="closing" if is_closing else None)
    crawler.engine = SimpleNamespace(running=True, _slot=slot)  # type: ignore[assignment]
    return crawler


def answered(crawler: Crawler, status: int, retry_after: str = "", **meta: Any) -> Request | Response:
    middleware = BackoffRetryMiddleware.from_crawler(crawler)
    response = Response(URL, status=status, headers={"Retry-After": retry_after} if retry_after else {})
    return asyncio.run(middleware.process_response(Request(URL, meta=meta), response))


def failed(crawler: Crawler, error: Exception, **meta: Any) -> Request | None:
    middleware = BackoffRetryMiddleware.from_crawler(crawler)
    return asyncio.run(middleware.process_exception(Request(URL, meta=meta), error))


@pytest.mark.parametrize(("status", "again"), [(429, True), (503, True), (500, False), (404, False), (200, False)])
def test_only_the_codes_of_the_settings_are_tried_again(status: int, again: bool) -> None:
    crawler = crawl()
    outcome = answered(crawler, status)
    assert isinstance(outcome, Request) is again
    if isinstance(outcome, Request):
        assert (outcome.url, outcome.meta["retry_times"], outcome.dont_filter) == (URL, 1, True)
        assert crawler.stats.get_value("phx/retry/count") == 1
        reason = {429: "429 Unknown Status", 503: "503 Service Unavailable"}[status]
        assert crawler.stats.get_value(f"phx/retry/reason_count/{reason}") == 1


@pytest.mark.parametrize(
    ("error", "again"), [(ConnectionError("gone"), True), (ConnectionResetError(), True), (ValueError("bug"), False)]
)
def test_only_the_errors_of_the_settings_are_tried_again(error: Exception, again: bool) -> None:
    crawler = crawl()
    outcome = failed(crawler, error)
    assert (outcome is not None) is again
    if outcome is not None:
        assert outcome.meta["retry_times"] == 1
        assert crawler.stats.get_value(f"phx/retry/reason_count/builtins.{type(error).__name__}") == 1


def test_a_request_may_forbid_it_for_answers_and_errors() -> None:
    assert isinstance(answered(crawl(), 503, dont_retry=True), Response)
    assert failed(crawl(), ConnectionError(), dont_retry=True) is None


def test_after_the_last_try_the_answer_goes_on_and_the_error_stays(caplog: pytest.LogCaptureFixture) -> None:
    crawler = crawl()
    last = answered(crawler, 503, retry_times=2)
    assert isinstance(last, Response)
    assert last.status == 503
    assert failed(crawler, ConnectionError(), retry_times=2) is None
    assert crawler.stats.get_value("phx/retry/max_reached") == 2
    assert crawler.stats.get_value("phx/retry/milliseconds") is None
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "who gave up is told elsewhere"


@pytest.mark.parametrize(("named", "again"), [("2", True), ("3", False)])
def test_up_to_the_longest_wait_it_waits(named: str, again: bool) -> None:
    crawler = crawl(is_closing=True, PHX_MAX_RETRY_AFTER=2.0)
    if again:
        with pytest.raises(StoppedEarly):
            answered(crawler, 429, named)
        assert crawler.stats.get_value("phx/retry/milliseconds") == 2000
        assert crawler.stats.get_value("phx/retry/too_long") is None
    else:
        assert isinstance(answered(crawler, 429, named), Response)
        assert crawler.stats.get_value("phx/retry/too_long") == 1
        assert crawler.stats.get_value("phx/retry/count") is None


def test_a_closing_crawl_names_what_it_leaves() -> None:
    with pytest.raises(StoppedEarly, match=f"^the crawl closed before the next try of {URL}$"):
        answered(crawl(is_closing=True), 429, "1")


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        ({"phx_source": "zillow", "phx_kind": "photo"}, [("zillow", "photo", "www.zillow.com", 500.0)]),
        ({"phx_source": "zillow"}, [("zillow", "page", "www.zillow.com", 500.0)]),
        ({}, []),
    ],
)
def test_the_run_is_told_of_a_time_that_nobody_waits_for(meta: dict[str, str], told: list[object]) -> None:
    heard: list[object] = []

    async def note(source: str, kind: str, host: str, seconds: float) -> None:
        heard.append((source, kind, host, seconds))

    crawler = crawl()
    state_of(crawler).told_to_wait = note
    assert isinstance(answered(crawler, 429, "500", **meta), Response)
    assert heard == told


def test_the_wait_grows_with_the_tries() -> None:
    crawler = crawl(is_closing=True, PHX_DELAY_SCALE=0.5, RETRY_TIMES=9)
    middleware = BackoffRetryMiddleware(crawler, draw=lambda low, high: high)
    for tries in range(3):
        with pytest.raises(StoppedEarly):
            asyncio.run(middleware.process_exception(Request(URL, meta={"retry_times": tries}), ConnectionError()))
    assert crawler.stats.get_value("phx/retry/milliseconds") == 1000 + 2000 + 4000


def test_unnamed_settings_mean_the_usual_pace_and_two_minutes() -> None:
    crawler = Crawler(Spider, {name: value for name, value in SETTINGS.items() if name != "PHX_DELAY_SCALE"})
    crawler.stats = MemoryStatsCollector(crawler)
    middleware = BackoffRetryMiddleware(crawler, draw=lambda low, high: high)
    assert middleware._backoff(1) == 2.0
    assert isinstance(answered(crawl(), 429, "121"), Response)
    with pytest.raises(StoppedEarly):
        answered(crawl(is_closing=True), 429, "120")

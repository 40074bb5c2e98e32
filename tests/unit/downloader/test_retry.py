"""Tries, waits and Retry-After, by the server's own clock; refusals after the last try."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from phx_scraper.downloader.exceptions import RefusedResponse, StoppedEarly
from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.downloader.middlewares.retry import BACKOFF_CAP, BackoffRetryMiddleware
from phx_scraper.downloader.state import state_of
from phx_scraper.downloader.wait import SLICE, wait
from phx_scraper.errors import Refused
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl

HOME = "https://www.zillow.com"
LONG = 30.0
"""Seconds that nothing here takes, also where the machine is busy, unless it waits for the wrong thing."""


def gaps(server: FaultServer) -> list[float]:
    times = [ask.at for ask in server.log.requests]
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("code", [500, 502, 503, 504, 408, 429])
def test_three_tries_in_all(ask: Crawl, server: FaultServer, code: int) -> None:
    outcome = ask(f"/status?code={code}")
    assert len(server.log.requests) == 3
    assert outcome.stats["phx/retry/count"] == 2
    assert outcome.stats["phx/retry/max_reached"] == 1


@pytest.mark.parametrize("code", [403, 404, 410])
def test_answers_are_not_tried_again(ask: Crawl, server: FaultServer, code: int) -> None:
    ask(f"/status?code={code}")
    assert len(server.log.requests) == 1


def test_a_bare_server_error_is_handed_on_after_the_last_try(ask: Crawl) -> None:
    assert ask("/status?code=500").responses[f"{HOME}/status?code=500"].status == 500


def test_the_second_try_may_succeed(ask: Crawl, server: FaultServer) -> None:
    path = "/status?code=503&times=1"
    assert ask(path).responses[f"{HOME}{path}"].status == 200
    assert len(server.log.requests) == 2


def test_a_request_may_forbid_it(ask: Crawl, server: FaultServer) -> None:
    for path in ("/status?code=500", "/reset"):
        ask(Request(f"{HOME}{path}", meta={"dont_retry": True}))
    assert len(server.log.requests) == 2


def test_retry_after_in_seconds_is_waited_for_even_without_pace(ask: Crawl, server: FaultServer) -> None:
    ask("/status?code=429&times=1&retry_after=1")
    assert 1.0 <= gaps(server)[0] < LONG


def test_retry_after_as_a_date_is_waited_for(ask: Crawl, server: FaultServer) -> None:
    when = datetime.now(UTC) + timedelta(seconds=2)
    ask(f"/status?code=503&times=1&retry_after={quote(format_datetime(when, usegmt=True))}")
    second = server.log.requests[1].at + time.time() - time.monotonic()
    assert int(when.timestamp()) - 0.05 < second < when.timestamp() + LONG


def test_a_longer_retry_after_is_a_refusal_at_once(ask: Crawl, server: FaultServer) -> None:
    path = "/status?code=429&retry_after=3600"
    outcome = ask(path)
    error = outcome.errors[f"{HOME}{path}"]
    assert isinstance(error, RefusedResponse)
    assert (error.reason, error.retry_after) == ("rate_limited", 3600)
    assert len(server.log.requests) == 1
    assert outcome.stats["phx/retry/too_long"] == 1


def test_the_longest_wait_is_a_setting(ask: Crawl, server: FaultServer) -> None:
    ask("/status?code=429&retry_after=2", settings={"PHX_MAX_RETRY_AFTER": 1.5})
    assert len(server.log.requests) == 1


def test_the_whole_slot_waits_as_long_as_one_was_told_to_and_other_slots_go_on(ask: Crawl, server: FaultServer) -> None:
    told = Request(f"{HOME}/status?code=429&times=1&retry_after=4", meta={"download_slot": "one"})
    same = [Request(f"{HOME}/echo?n={n}", meta={"download_slot": "one"}) for n in range(5)]
    others = [Request(f"{HOME}/ok?n={n}", meta={"download_slot": "two"}) for n in range(5)]
    slots = {name: {"concurrency": 1, "delay": 0} for name in ("one", "two")}
    ask(told, *same, *others, settings={"DOWNLOAD_SLOTS": slots})
    first, second = (seen.at for seen in server.log.of("status"))
    assert second - first >= 4.0
    # One may be on its way before the answer is read.
    assert sum(seen.at - first < 4.0 for seen in server.log.of("echo")) <= 1
    assert all(seen.at < second for seen in server.log.of("ok"))
    assert (len(server.log.of("echo")), len(server.log.of("ok"))) == (5, 5)


def test_retry_after_0_backs_off_all_the_same(ask: Crawl, server: FaultServer) -> None:
    outcome = ask("/status?code=429&retry_after=0", settings={"PHX_DELAY_SCALE": 0.2})
    assert len(server.log.requests) == 3
    assert outcome.stats["phx/retry/milliseconds"] > 0


def test_a_retry_after_beyond_the_limit_is_reported_to_the_run_at_once(ask: Crawl, server: FaultServer) -> None:
    told: list[tuple[str, str, str, float]] = []

    def listen(crawler: Crawler) -> None:
        async def note(source: str, kind: Kind, host: str, seconds: float) -> None:
            told.append((source, kind, host, seconds))

        state_of(crawler).told_to_wait = note

    url = f"{HOME}/status?code=429&retry_after=3600"
    ask(Request(url, meta={"phx_source": "zillow", "phx_kind": "photo"}), on_crawler=listen)
    assert told == [("zillow", "photo", "www.zillow.com", 3600.0)]


def test_a_closing_crawl_waits_for_nothing(ask: Crawl) -> None:
    path = "/status?code=429&retry_after=60"
    closing: list[asyncio.Future[None]] = []

    def close_soon(crawler: Crawler) -> None:
        def close() -> None:
            assert crawler.engine is not None
            closing.append(asyncio.ensure_future(crawler.engine.close_spider_async(reason="enough")))

        crawler.signals.connect(close, signals.response_downloaded, weak=False)

    started = time.monotonic()
    outcome = ask(path, on_crawler=close_soon)
    assert time.monotonic() - started < LONG
    assert isinstance(outcome.errors[f"{HOME}{path}"], StoppedEarly)


def test_backoff_doubles_within_jitter_and_follows_the_pace() -> None:
    class Fake:
        settings = Settings({"IMAGES_STORE": "unused", "PHX_DELAY_SCALE": 0.5})

    highest = BackoffRetryMiddleware(Fake(), draw=lambda low, high: high)  # type: ignore[arg-type]
    lowest = BackoffRetryMiddleware(Fake(), draw=lambda low, high: low)  # type: ignore[arg-type]
    assert [highest._backoff(tries) for tries in (1, 2, 3, 30)] == [1.0, 2.0, 4.0, BACKOFF_CAP / 2]
    assert lowest._backoff(5) == 0.0


def test_waits_are_sliced_and_end_early() -> None:
    slept: list[float] = []
    now = [0.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    def run(closing: Any) -> bool:
        return asyncio.run(wait(0.6, closing, sleep, lambda: now[0]))

    assert run(lambda: False)
    assert sum(slept) == pytest.approx(0.6)
    assert max(slept) <= SLICE
    slept.clear()
    assert not run(lambda: len(slept) == 1)
    assert len(slept) == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/block", "captcha"),
        ("/block?code=403", "captcha"),
        ("/status?code=403", "forbidden"),
        ("/status?code=429", "rate_limited"),
        ("/ok?size=0", "empty"),
        ("/redirect?to=/captcha/x", "captcha"),
    ],
)
def test_refusals_are_named_before_anything_is_parsed(ask: Crawl, server: FaultServer, path: str, reason: str) -> None:
    outcome = ask(path)
    error = outcome.errors[f"{HOME}{path}"]
    assert isinstance(error, Refused)
    assert error.reason == reason
    assert outcome.stats[f"phx/refusal/zillow/{reason}"] == 1
    assert not outcome.responses
    assert not server.log.of("captcha")


def test_photos_are_refused_by_the_same_rule(ask: Crawl) -> None:
    url = "https://photos.zillowstatic.com/block"
    outcome = ask(Request(url, meta={"phx_kind": "photo"}))
    assert outcome.stats["phx/refusal/zillow/captcha"] == 1
    assert isinstance(outcome.errors[url], Refused)

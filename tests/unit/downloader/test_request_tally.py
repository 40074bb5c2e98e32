"""What a crawl counts of its requests: at once, each ending once, and refusals with who asked for what."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from phx_scraper.downloader.middlewares.answers import AnswersMiddleware
from phx_scraper.downloader.request_tally import OTHER, RequestTally
from phx_scraper.downloader.state import state_of
from phx_scraper.model.request_counts import HomesAsked, RefusalMet, SourceStep, StepCounts
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl

PAGE = SourceStep("zillow", "page", "plain")
HOME = "https://www.zillow.com"


def request(**meta: Any) -> Request:
    usual = {"phx_source": "zillow", "phx_step": "page", "phx_kind": "page", "phx_home": "aaaaaaaa"}
    return Request(f"{HOME}/homedetails/1_zpid/", meta={**usual, **meta})


@pytest.fixture
def tally() -> RequestTally:
    return RequestTally(clock=lambda: 1000.0)


def test_each_ending_is_counted_once(tally: RequestTally) -> None:
    for end in (tally.answered, tally.failed, tally.dropped, lambda asked: tally.refused(asked, "forbidden")):
        one = request()
        tally.asked(one, "plain")
        end(one)
        end(one)  # an answer that no request was counted for: from a cache
    assert tally.steps == {PAGE: StepCounts(4, 1, 1, 1, 1000.0)}
    assert tally.steps[PAGE].success_rate == pytest.approx(1 / 3)
    assert StepCounts(asked=1).success_rate is None


def test_what_was_not_asked_and_what_is_of_no_source_counts_for_nothing(tally: RequestTally) -> None:
    other = Request("https://www.example.com/")
    tally.asked(other, "plain")
    for one in (other, request()):
        tally.answered(one)
        tally.failed(one)
        tally.refused(one, "captcha")
    assert (tally.steps, tally.take_refusals(), tally.homes(), tally.changes) == ({}, [], {}, 0)


def test_ways_and_steps_are_counted_apart(tally: RequestTally) -> None:
    for way, step in (("plain", "page"), ("browser", "page"), ("saved", "page"), ("plain", "autocomplete")):
        tally.asked(request(phx_step=step), way)
    unnamed = request()
    del unnamed.meta["phx_step"]
    tally.asked(unnamed, "plain")
    assert set(tally.steps) == {
        PAGE,
        SourceStep("zillow", "page", "browser"),
        SourceStep("zillow", "page", "saved"),
        SourceStep("zillow", "autocomplete", "plain"),
        SourceStep("zillow", OTHER, "plain"),
    }


def test_a_refusal_says_who_asked_for_what_and_nothing_secret(tally: RequestTally) -> None:
    asked = request(
        impersonate="chrome150", phx_proxy=("proxy 2", "http://proxy.example:1"), proxy="http://u:hunter2@x:1"
    )
    tally.asked(asked, "plain")
    tally.refused(asked, "captcha")
    (met,) = tally.take_refusals()
    assert met == RefusalMet(
        **{"number": 1, "source": "zillow", "reason": "captcha", "step": "page", "way": "plain", "kind": "page"},
        **{
            "host": "www.zillow.com",
            "property_hash": "aaaaaaaa",
            "profile": "chrome150",
            "proxy": "proxy 2",
            "at": 1000.0,
        },
    )
    assert "hunter2" not in repr(met)


def test_refusals_are_taken_once_and_put_back_in_their_order(tally: RequestTally) -> None:
    called: list[int] = []
    tally.on_refusal = lambda: called.append(1)

    def refuse() -> None:
        one = request()
        tally.asked(one, "plain")
        tally.refused(one, "forbidden")

    refuse()
    taken = tally.take_refusals()
    refuse()
    tally.put_back(taken)
    assert [met.number for met in tally.take_refusals()] == [1, 2]
    assert tally.take_refusals() == []
    assert len(called) == 2


def test_captchas_are_counted_by_home_and_pages_alone(tally: RequestTally) -> None:
    def ask(home: str, reason: str = "", **meta: Any) -> None:
        one = request(phx_home=home, **meta)
        tally.asked(one, "plain")
        if reason:
            tally.refused(one, reason)
        else:
            tally.answered(one)

    for _ in range(3):
        ask("aaaaaaaa", "captcha")
    ask("bbbbbbbb")
    ask("cccccccc", "forbidden")
    ask("dddddddd", phx_kind="photo")
    assert tally.homes() == {"zillow": HomesAsked(3, 1)}
    assert tally.homes()["zillow"].captcha_rate == pytest.approx(1 / 3)
    assert HomesAsked().captcha_rate == 0


def test_every_try_of_a_real_crawl_is_counted(ask: Crawl, server: FaultServer) -> None:
    """Retries too, what is redirected at both places, a 404 as an answer; what the guard holds back is not asked."""
    kept: list[RequestTally] = []

    def keep(crawler: Crawler) -> None:
        kept.append(state_of(crawler).tally)

    def to(path: str, **meta: Any) -> Request:
        return Request(f"{HOME}{path}", meta={"phx_source": "zillow", "phx_step": path.partition("?")[0], **meta})

    paths = (
        "/ok",
        "/status?code=404",
        "/status?code=500",
        "/block",
        "/reset",
        "/status?code=429&times=1&retry_after=0",
    )
    ask(*(to(path) for path in paths), on_crawler=keep)
    asked = {step.step: (c.asked, c.answered, c.refused, c.failed) for step, c in kept[0].steps.items()}
    assert asked == {
        "/ok": (1, 1, 0, 0),
        "/block": (1, 0, 1, 0),
        "/reset": (3, 0, 0, 3),
        "/status": (1 + 3 + 2, 1 + 1, 1, 3),
    }
    # libcurl itself repeats a request whose kept connection is reset.
    for path in ("ok", "block", "status"):
        assert len(server.log.of(path)) == asked[f"/{path}"][0]
    assert [met.reason for met in kept[0].take_refusals()].count("rate_limited") == 1


async def answered(response: Response, made: Crawler, **meta: Any) -> RequestTally:
    await AnswersMiddleware(made).process_response(request(**meta), response)
    return state_of(made).tally


@pytest.mark.parametrize("body", [b"<title>Access to this page has been denied</title>", b"<p>__NEXT_DATA__</p>"])
def test_a_saved_page_is_counted_by_its_way_and_refuses_nobody(body: bytes) -> None:
    crawler = Crawler(Spider, {"IMAGES_STORE": "store"})
    response = Response(f"{HOME}/homedetails/1_zpid/", body=body)
    tally = asyncio.run(answered(response, crawler, phx_saved=object()))
    ((step, found),) = tally.steps.items()
    assert (step.way, found.asked, found.answered, found.refused, found.failed) == ("saved", 1, 1, 0, 0)
    assert tally.take_refusals() == []
    assert tally.homes() == {}, "its source was not asked for the home"


def test_an_answer_of_a_cache_is_none_of_the_sources() -> None:
    crawler = Crawler(Spider, {"IMAGES_STORE": "store"})
    response = Response(f"{HOME}/homedetails/1_zpid/", body=b"<p>__NEXT_DATA__</p>", flags=["cached"])
    assert asyncio.run(answered(response, crawler)).steps == {}


def test_a_photo_that_is_denied_is_a_failure(ask: Crawl) -> None:
    kept: list[RequestTally] = []
    photo = Request(
        "https://photos.zillowstatic.com/denied", meta={"phx_source": "zillow", "phx_step": "photo", "dont_retry": True}
    )
    ask(photo, on_crawler=lambda crawler: kept.append(state_of(crawler).tally))
    ((step, found),) = kept[0].steps.items()
    assert (step, found.asked, found.failed) == (SourceStep("zillow", "photo", "plain"), 1, 1)
    assert found.bytes > 0
    assert found.seconds > 0


def test_the_intervals_between_the_requests_of_a_source_are_counted_by_class() -> None:
    times = iter([10.0, 10.05, 12.5, 12.5, 13.0, 500.0])
    tally = RequestTally(monotonic=lambda: next(times))
    for source in ("zillow", "zillow", "zillow", "redfin"):
        tally.asked(request(phx_source=source), "plain")
    tally.asked(request(), "saved")  # asks nobody, and looks at no clock
    tally.asked(request(), "browser")
    tally.asked(request(), "plain")
    assert tally.intervals == {"zillow": {0.0: 1, 2.0: 1, 0.5: 1, 120.0: 1}}

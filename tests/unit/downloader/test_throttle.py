"""A refusal slows its slot down, good responses let it recover, and other slots are not affected."""

from __future__ import annotations

from scrapy import Request

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.state import state_of
from phx_scraper.downloader.throttle import SLOWEST, Throttle
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import Outcome

HOME = "https://www.zillow.com"
SLOTS = {"one": {"concurrency": 1, "delay": 0}, "two": {"concurrency": 1, "delay": 0}}


def to(slot: str, path: str) -> Request:
    return Request(f"{HOME}{path}", meta={"download_slot": slot, "dont_retry": True})


def factors(ask: Crawl, *requests: Request) -> tuple[Outcome, Throttle]:
    kept: list[Throttle] = []
    outcome = ask(
        *requests,
        settings={"DOWNLOAD_SLOTS": SLOTS},
        on_crawler=lambda crawler: kept.append(state_of(crawler).throttle),
    )
    return outcome, kept[0]


def test_refusals_slow_down_and_good_responses_speed_up(ask: Crawl) -> None:
    complaints = [to("one", f"/status?code=429&n={n}") for n in range(2)]
    outcome, throttle = factors(ask, *complaints)
    assert throttle.factor("one") == 4
    outcome, throttle = factors(ask, *complaints, *(to("one", f"/ok?n={n}") for n in range(12)))
    assert 1 < throttle.factor("one") < 2
    assert outcome.stats["phx/pace/slowed/one"] == 2
    assert outcome.stats["phx/pace/slowest/one"] == 4


def test_other_slots_keep_their_pace(ask: Crawl) -> None:
    slowed = [to("one", f"/status?code=503&n={n}") for n in range(3)]
    outcome, throttle = factors(ask, *slowed, *(to("two", f"/ok?n={n}") for n in range(6)))
    assert (throttle.factor("one"), throttle.factor("two")) == (8, 1)
    assert "phx/pace/slowed/two" not in outcome.stats


def test_there_is_a_slowest_pace_and_no_pace_stays_none(ask: Crawl) -> None:
    slots = {"one": {"concurrency": 1, "delay": 0}}
    outcome = ask(*(to("one", f"/block?n={n}") for n in range(9)), settings={"DOWNLOAD_SLOTS": slots})
    assert outcome.stats["phx/pace/slowest/one"] == SLOWEST


def test_no_request_is_sent_to_a_blocked_source(ask: Crawl, server: FaultServer) -> None:
    request = Request(f"{HOME}/ok", meta={"phx_source": "zillow"})
    outcome = ask(request, on_crawler=lambda crawler: state_of(crawler).gate.blocked_sources.add("zillow"))
    assert isinstance(outcome.errors[f"{HOME}/ok"], SourceBlocked)
    assert not server.log.requests

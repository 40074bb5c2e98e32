"""A refusal slows its slot down, good responses let it recover, and other slots are not affected."""

from __future__ import annotations

from itertools import pairwise

from scrapy import Request

from phx_scraper.downloader.exceptions import SourceBlocked
from phx_scraper.downloader.state import state_of
from phx_scraper.downloader.throttle import SLOWEST
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl

HOME = "https://www.zillow.com"
SLOTS = {"one": {"concurrency": 1, "delay": 0.05, "jitter": 0}, "two": {"concurrency": 1, "delay": 0.05, "jitter": 0}}


def to(slot: str, path: str) -> Request:
    return Request(f"{HOME}{path}", meta={"download_slot": slot, "dont_retry": True})


def test_refusals_slow_down_and_good_responses_speed_up(ask: Crawl, server: FaultServer) -> None:
    requests = [
        *(to("one", f"/status?code=429&n={n}") for n in range(2)),
        *(to("one", f"/ok?n={n}") for n in range(12)),
    ]
    outcome = ask(*requests, settings={"DOWNLOAD_SLOTS": SLOTS})
    times = [seen.at for seen in server.log.requests]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[2] > 0.18, "twice slowed down: four times the delay"
    assert gaps[-1] < gaps[2]
    assert outcome.stats["phx/pace/slowed/one"] == 2
    assert outcome.stats["phx/pace/slowest/one"] == 4


def test_other_slots_keep_their_pace(ask: Crawl, server: FaultServer) -> None:
    slowed = [to("one", f"/status?code=503&n={n}") for n in range(3)]
    others = [to("two", f"/ok?n={n}") for n in range(6)]
    outcome = ask(*slowed, *others, settings={"DOWNLOAD_SLOTS": SLOTS})
    times = [seen.at for seen in server.log.of("ok")]
    assert times[-1] - times[0] < 0.6
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

"""Before a source's endpoints are asked its first page is opened, once per session, and its failure is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from scrapy import Request

from phx_scraper.downloader.exceptions import FirstPageFailed, RefusedResponse, StoppedEarly
from phx_scraper.downloader.state import state_of
from phx_scraper.errors import PageError
from tests.faults.fault_routes import ROUTES, ReceivedRequest
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import Outcome
from tests.unit.downloader.forward_proxy import ForwardProxy

HOME = "https://www.zillow.com"
FIRST = "www.zillow.com/"


class Site(FaultServer):
    """Its first page is `first`, a route with its query; `later` takes its place after the first answer."""

    first = later = "ok"

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        if request.path != "/":
            return await super().respond(request, writer)
        route, _, query = (self.first if request.nth == 1 else self.later).partition("?")
        request.query.update(pair.split("=", 1) for pair in query.split("&") if pair)
        return await ROUTES[route](request, writer)


@pytest.fixture
def server() -> Iterator[Site]:
    with Site() as running:
        yield running


def asking(n: int, kind: str = "fetch", host: str = "www.zillow.com", home: str = "") -> Request:
    return Request(f"https://{host}/ok?n={n}", meta={"phx_fetch": kind, "phx_home": home or f"home{n}"})


def seen(server: Site) -> list[str]:
    return [f"{one.host}{one.path}" for one in server.log.requests]


def test_all_that_come_meanwhile_wait_for_the_one_visit(ask: Crawl, server: Site) -> None:
    server.first = "slow?seconds=0.2"
    outcome = ask(*(asking(n, kind, host) for n, (kind, host) in enumerate([
        ("fetch", "www.zillow.com"), ("fetch", "www.zillowstatic.com"), ("script", "www.zillow.com"),
        ("fetch", "www.zillow.com"),
    ])))  # fmt: skip
    assert len(outcome.responses) == 4
    assert seen(server)[0] == FIRST
    assert seen(server).count(FIRST) == 1
    assert outcome.stats["phx/first_page/zillow"] == 1


def test_its_cookies_go_with_the_endpoints(ask: Crawl, server: Site) -> None:
    server.first = "set_cookie?as=zguid=24"
    ask(asking(1), asking(2, host="www.zillowstatic.com"))
    cookies = {one.host: one.header("cookie") for one in server.log.requests if one.path != "/"}
    assert cookies == {"www.zillow.com": "zguid=24", "www.zillowstatic.com": None}


def test_it_is_opened_as_a_person_does_and_paced_as_a_page(ask: Crawl, server: Site) -> None:
    ask(asking(1))
    first = server.log.requests[0]
    assert (first.header("sec-fetch-site"), first.header("sec-fetch-dest")) == ("none", "document")


@pytest.mark.parametrize(
    ("request_", "paths"),
    [
        (Request(f"{HOME}/ok"), ["www.zillow.com/ok"]),
        (Request("https://photos.zillowstatic.com/ok"), ["photos.zillowstatic.com/ok"]),
        (Request("https://mcassessor.maricopa.gov/ok", meta={"phx_fetch": "fetch"}), ["mcassessor.maricopa.gov/ok"]),
    ],
)
def test_pages_photos_and_documented_apis_need_none(
    ask: Crawl, server: Site, request_: Request, paths: list[str]
) -> None:
    ask(request_)
    assert seen(server) == paths


@pytest.mark.parametrize(
    ("page", "opened"), [("/ok", 0), ("/status?code=404", 1), ("/block", 1), ("/redirect?to=/ok", 0)]
)
def test_a_session_that_began_with_a_page_needs_no_first_page(ask: Crawl, server: Site, page: str, opened: int) -> None:
    begins = Request(f"{HOME}{page}", priority=1, meta={"phx_fetch": "document"})
    ask(begins, asking(1), settings={"CONCURRENT_REQUESTS": 1})
    assert seen(server).count(FIRST) == opened
    assert seen(server)[-1] == "www.zillow.com/ok"


def test_each_proxy_has_a_session_of_its_own(ask: Crawl, server: Site) -> None:
    with ForwardProxy(server.port) as one, ForwardProxy(server.port) as two:
        requests = [asking(n).replace(meta={**asking(n).meta, "proxy": [one, two][n % 2].url()}) for n in range(4)]
        ask(*requests)
        assert [sum(passage.to.endswith(FIRST) for passage in proxy.passages) for proxy in (one, two)] == [1, 1]


@pytest.mark.parametrize(
    ("first", "error", "reason", "asked"),
    [
        ("block", RefusedResponse, "captcha", 1),
        ("status?code=403", RefusedResponse, "forbidden", 1),
        ("status?code=404", FirstPageFailed, "http_404", 1),
        ("status?code=500", FirstPageFailed, "http_500", 3),
        ("reset", FirstPageFailed, "download:DownloadFailedError", 3),
        ("redirect?to=https://elsewhere.example/", FirstPageFailed, "unsafe_target", 1),
        ("redirect?to=http://10.0.0.1/", FirstPageFailed, "unsafe_target", 1),
    ],
)
def test_its_failure_is_that_of_every_endpoint_of_the_home_and_none_is_asked(
    ask: Crawl, server: Site, first: str, error: type[PageError], reason: str, asked: int
) -> None:
    server.first = server.later = first
    outcome = ask(asking(1, home="a"), asking(2, home="a"), asking(3, home="a"))
    assert seen(server) == [FIRST] * asked, "a volley, or an endpoint without its page"
    assert len(outcome.errors) == 3
    for told in outcome.errors.values():
        assert isinstance(told, error)
        assert (told.reason, told.failed_url) == (reason, f"{HOME}/")
        assert told.detail.startswith(f"first page {HOME}/")
    assert outcome.stats["phx/first_page/zillow"] == 1


def test_one_failure_is_that_of_one_home_and_the_next_that_waits_tries_again(ask: Crawl, server: Site) -> None:
    """Of all that wait it would count as many in a row, and the source would be left alone for one lost page."""
    server.first = "block"
    outcome = ask(*(asking(n) for n in range(4)))
    assert seen(server)[:2] == [FIRST, FIRST]
    assert len(outcome.errors) == 1
    assert seen(server)[2:] == ["www.zillow.com/ok"] * 3


def test_a_home_whose_first_page_failed_does_not_try_again_while_others_do(ask: Crawl, server: Site) -> None:
    server.first = server.later = "block"
    outcome = ask(*(asking(n, home="ab"[n % 2]) for n in range(6)))
    assert len(outcome.errors) == 6
    assert seen(server) == [FIRST] * 2


def begun(server: Site, run: Callable[..., Outcome], *homes: str) -> Outcome:
    """Endpoints for these homes, each asked once the one before has ended."""
    requests = [asking(n, home=home) for n, home in enumerate(homes)]
    return run(*requests, settings={"CONCURRENT_REQUESTS": 1})


def test_after_a_failure_the_next_home_tries_again_and_the_same_one_does_not(ask: Crawl, server: Site) -> None:
    server.first = "block"
    outcome = begun(server, ask, "a", "a", "b", "a")
    assert seen(server)[:2] == [FIRST, FIRST]
    assert len(outcome.errors) == 2
    assert seen(server)[2:] == ["www.zillow.com/ok"] * 2


def test_a_source_that_is_left_alone_is_not_visited(ask: Crawl, server: Site) -> None:
    outcome = ask(asking(1), on_crawler=lambda crawler: state_of(crawler).gate.blocked_sources.add("zillow"))
    assert isinstance(outcome.errors[asking(1).url], StoppedEarly)
    assert server.log.requests == []

"""One jar for each source and proxy, and in it what a browser would show and keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from scrapy import Request
from scrapy.crawler import Crawler

from phx_scraper.downloader.cookie_jars import LARGEST, MOST, CookieJars, add_cookies, cookies_of
from phx_scraper.downloader.state import state_of
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.forward_proxy import ForwardProxy

HOME = "https://www.zillow.com"
STATIC = "https://www.zillowstatic.com"
PHOTOS = "https://photos.zillowstatic.com"


def setting(cookie: str, host: str = HOME, **meta: Any) -> Request:
    return Request(f"{host}/set_cookie?as={quote(cookie)}", meta=meta)


def shown(server: FaultServer) -> list[str | None]:
    """The cookies of each request, in the order of the requests; first pages apart."""
    return [one.header("cookie") for one in server.log.requests if one.path != "/"]


@pytest.fixture
def proxies(server: FaultServer) -> Iterator[list[str]]:
    """Two proxies, the second of them with two users."""
    with ForwardProxy(server.port) as one, ForwardProxy(server.port) as two:
        yield [one.url(), two.url(userinfo="a:secret"), two.url(userinfo="b:secret")]


def test_no_proxy_is_told_what_another_was_given(ask: Crawl, server: FaultServer, proxies: list[str]) -> None:
    given = [setting(f"by={number}", proxy=proxy) for number, proxy in enumerate(proxies)]
    later = [Request(f"{HOME}/ok?{number}", meta={"proxy": proxy}) for number, proxy in enumerate(proxies)]
    ask(*given, *later, "/ok", in_turn=True)
    assert shown(server) == [None, None, None, "by=0", "by=1", "by=2", None]


def test_a_retry_and_a_redirect_keep_the_jar_of_their_proxy(
    ask: Crawl, server: FaultServer, proxies: list[str]
) -> None:
    _, one, two = proxies
    again = [
        Request(f"{HOME}/status?code=500", meta={"proxy": two}),
        Request(f"{HOME}/redirect?to=/ok", meta={"proxy": two}),
    ]
    outcome = ask(setting("by=1", proxy=one), setting("by=2", proxy=two), *again, in_turn=True)
    assert shown(server)[2:] == ["by=2"] * 5
    assert "secret" not in str([response.meta for response in outcome.responses.values()])


def test_sources_have_their_own_jars(ask: Crawl, server: FaultServer) -> None:
    outcome = ask("/ok", Request("https://www.redfin.com/ok"))
    names = {response.meta["cookiejar"] for response in outcome.responses.values()}
    assert names == {"zillow direct", "redfin direct"}


@pytest.mark.parametrize(
    ("cookie", "kind", "sent"),
    [
        ("a=1; SameSite=None; Secure", "photo", "a=1"),
        ("a=1; samesite=none; secure", "script", "a=1"),
        ("a=1", "photo", None),  # Lax by default
        ("a=1; SameSite=Lax; Secure", "photo", None),
        ("a=1; SameSite=None", "photo", None),  # refused without Secure
        ("a=1; SameSite=None; Secure", "fetch", None),  # no credentials to another origin
    ],
)
def test_pages_of_another_site_send_and_keep_third_party_cookies_only(
    ask: Crawl, server: FaultServer, cookie: str, kind: str, sent: str | None
) -> None:
    meta = {"phx_fetch": kind, "phx_referer": f"{HOME}/"}
    ask(setting(cookie, STATIC, **meta), Request(f"{STATIC}/ok", meta=meta), Request(f"{STATIC}/ok?own"), in_turn=True)
    assert shown(server) == [None, sent, sent]


def test_what_a_site_gave_its_own_page_is_not_shown_to_another_sites(ask: Crawl, server: FaultServer) -> None:
    meta = {"phx_fetch": "photo", "phx_referer": f"{HOME}/"}
    ask(setting("a=1", STATIC), Request(f"{STATIC}/ok", meta=meta), Request(f"{STATIC}/ok?own"), in_turn=True)
    assert shown(server) == [None, None, "a=1"]


def test_photos_share_the_jar_of_their_pages(ask: Crawl, server: FaultServer) -> None:
    meta = {"phx_fetch": "photo", "phx_referer": f"{HOME}/"}
    everywhere = setting("a=1; Domain=zillowstatic.com; SameSite=None; Secure", STATIC)
    ask(everywhere, Request(f"{PHOTOS}/ok", meta=meta), in_turn=True)
    assert shown(server) == [None, "a=1"]


def test_a_plain_agent_keeps_no_cookies(ask: Crawl, server: FaultServer) -> None:
    county = "https://mcassessor.maricopa.gov"
    ask(setting("a=1", county), Request(f"{county}/ok"), in_turn=True)
    assert shown(server) == [None, None]


def test_a_jar_is_bounded(ask: Crawl, server: FaultServer) -> None:
    many = [setting(f"n{number}=1", HOME) for number in range(MOST + 3)]
    ask(setting(f"large={'x' * LARGEST}"), *many, Request(f"{HOME}/ok"), in_turn=True)
    sent = str(shown(server)[-1]).split("; ")
    assert sent == [f"n{number}=1" for number in range(3, MOST + 3)]


def test_a_browsers_cookies_go_both_ways(ask: Crawl, server: FaultServer) -> None:
    crawlers: list[Crawler] = []
    outcome = ask(setting("a=1; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=1000"), on_crawler=crawlers.append)
    [response] = outcome.responses.values()
    [cookie] = cookies_of(state_of(crawlers[0]).cookies, response.request)
    assert cookie.pop("expires") > 0
    assert cookie == {
        "name": "a", "value": "1", "domain": "www.zillow.com", "path": "/", "secure": True, "httpOnly": True,
        "sameSite": "Strict",
    }  # fmt: skip
    jars = CookieJars()
    add_cookies(jars, response.request, [{**cookie, "expires": -1, "domain": ".zillow.com"}])
    request = Request(f"{HOME}/x")
    jars.by_name["zillow direct"].add_cookie_header(request)
    assert request.headers["Cookie"] == b"a=1"
    assert cookies_of(jars, response.request) == [{**cookie, "expires": -1.0, "domain": ".zillow.com"}]

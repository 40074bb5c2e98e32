"""PHX_PROXIES with real proxies on loopback: a home uses one of them, and all guards still apply."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import NotSupported
from scrapy.http import Response

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.middlewares.proxies import sticky
from tests.faults.certificate import make_certificate, server_context
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import SETTINGS, handlers
from tests.unit.downloader.forward_proxy import ForwardProxy, Passage

HOME = "http://www.zillow.com"
MIDDLEWARES = {
    **SETTINGS["DOWNLOADER_MIDDLEWARES"],
    "phx_scraper.downloader.middlewares.proxies.ProxiesMiddleware": 735,
}


@pytest.fixture
def proxy(server: FaultServer) -> Iterator[ForwardProxy]:
    with ForwardProxy(server.port) as running:
        yield running


def through(*proxies: str, **settings: Any) -> dict[str, Any]:
    return {"DOWNLOADER_MIDDLEWARES": MIDDLEWARES, "PHX_PROXIES": ",".join(proxies), "RETRY_TIMES": 0, **settings}


def requests_of(home: str) -> list[Request]:
    """Two pages and two photos of a home, as the spiders and the photo pipeline ask."""
    meta = {"phx_source": "zillow", "phx_home": home}
    pages = [Request(f"{HOME}/ok?home={home}&page={n}", meta=meta) for n in (1, 2)]
    photo = {**meta, "phx_kind": "photo", "phx_referer": f"{HOME}/{home}"}
    return pages + [Request(f"http://photos.zillowstatic.com/ok?home={home}&photo={n}", meta=photo) for n in (1, 2)]


def test_all_requests_of_a_home_come_by_its_proxy(run_crawl: Crawl) -> None:
    homes = [f"{number:08x}" for number in range(12)]
    requests = [request for home in homes for request in requests_of(home)]
    with FaultServer() as one, FaultServer() as two, ForwardProxy(one.port) as first, ForwardProxy(two.port) as second:
        outcome = run_crawl(*requests, settings=through(first.url(), second.url()))
        seen = [[ask.query["home"] for ask in server.log.requests] for server in (one, two)]
        urls = (first.url(), second.url())
        again = run_crawl(*requests_of(homes[0]), settings=through(second.url(), first.url()))
        moved = {ask.query["home"] for ask in two.log.requests[len(seen[1]) :]}
    assert outcome.errors == again.errors == {}
    expected = [[home for home in homes if sticky(urls, f"zillow {home}") == url for _ in range(4)] for url in urls]
    assert [sorted(asked) for asked in seen] == expected
    assert outcome.stats.get("phx/proxy/1", 0) == len(seen[0])
    assert (homes[0] in moved) == (homes[0] in seen[1]), "the order of the list matters"


def test_photos_that_name_no_home_use_the_proxy_of_their_page(run_crawl: Crawl) -> None:
    meta = {"phx_source": "zillow", "phx_kind": "photo"}
    requests = [
        Request(f"http://photos.zillowstatic.com/ok?page={page}&n={n}", meta={**meta, "phx_referer": f"{HOME}/{page}"})
        for page in range(8)
        for n in range(3)
    ]
    with FaultServer() as one, FaultServer() as two, ForwardProxy(one.port) as first, ForwardProxy(two.port) as second:
        run_crawl(*requests, settings=through(first.url(), second.url()))
        seen = [{ask.query["page"] for ask in server.log.requests} for server in (one, two)]
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == 8


def test_a_removed_proxy_moves_only_its_own_homes() -> None:
    proxies = tuple(f"http://127.0.0.{number}:3128" for number in range(1, 6))
    keys = [f"zillow {number}" for number in range(500)]
    before = {key: sticky(proxies, key) for key in keys}
    assert all(60 < list(before.values()).count(proxy) < 140 for proxy in proxies)
    after = {key: sticky(proxies[1:], key) for key in keys}
    assert {key for key in keys if before[key] != after[key]} == {key for key in keys if before[key] == proxies[0]}


@pytest.mark.parametrize("code", [403, 429, 503])
def test_a_refused_request_is_never_sent_through_another_proxy(run_crawl: Crawl, code: int) -> None:
    meta = {"phx_source": "zillow", "phx_home": "0000000a"}
    requests = [Request(f"{HOME}/status?code={code}&n={n}", meta=meta) for n in range(3)]
    with FaultServer() as one, FaultServer() as two, ForwardProxy(one.port) as first, ForwardProxy(two.port) as second:
        outcome = run_crawl(*requests, settings=through(first.url(), second.url(), RETRY_TIMES=2))
        asked = [len(server.log.requests) for server in (one, two)]
    assert len(outcome.errors) + len(outcome.responses) == 3
    assert sorted(asked) == [0, 3 if code == 403 else 9]


def test_a_requests_own_proxy_is_kept(run_crawl: Crawl, server: FaultServer) -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    ours = handlers(lambda: AddressGuard(resolve=here, judge=lambda address: True))
    direct = f"http://www.zillow.com:{server.port}/ok?n=direct"
    with ForwardProxy(server.port) as chosen, ForwardProxy(server.port) as general:
        outcome = run_crawl(
            Request(f"{HOME}/ok?n=own", meta={"proxy": chosen.url()}),
            Request(direct, meta={"proxy": None}),
            f"{HOME}/ok?n=general",
            settings=through(general.url(), DOWNLOAD_HANDLERS=ours),
            extra_hosts=frozenset({f"www.zillow.com:{server.port}"}),
        )
        assert [passage.to for passage in chosen.passages] == [f"{HOME}/ok?n=own"]
        assert [passage.to for passage in general.passages] == [f"{HOME}/ok?n=general"]
    assert outcome.responses[direct].status == 200


def test_no_proxy_is_used_with_a_replica(ask: Crawl, server: FaultServer, proxy: ForwardProxy) -> None:
    assert ask("/ok", settings=through(proxy.url())).responses["https://www.zillow.com/ok"].status == 200
    assert proxy.passages == []
    assert server.log.requests[0].target == "/www.zillow.com/ok"


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize("value", ["*", "www.zillow.com", ".zillow.com,127.0.0.1"])
def test_the_environment_takes_no_host_off_its_proxy(
    run_crawl: Crawl, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    outcome = run_crawl(f"{HOME}/ok", settings=through(proxy.url()))
    assert outcome.responses[f"{HOME}/ok"].status == 200
    assert [passage.to for passage in proxy.passages] == [f"{HOME}/ok"]


def test_https_goes_through_a_tunnel_with_the_proxys_credentials(run_crawl: Crawl, tmp_path: Path) -> None:
    context = server_context(make_certificate(tmp_path, "www.zillow.com"))
    with FaultServer(tls=context) as origin, ForwardProxy(origin.port, challenge=True) as proxy:
        settings = through(proxy.url(userinfo="user:p%40ss"), DOWNLOAD_VERIFY_CERTIFICATES=False)
        outcome = run_crawl("https://www.zillow.com/echo", settings=settings)
        response = outcome.responses["https://www.zillow.com/echo"]
        assert isinstance(response, Response)
        assert "proxy-authorization" not in dict(origin.log.requests[0].headers), "the site got the password"
    passed = [passage for passage in proxy.passages if passage.credentials]
    basic = "Basic " + base64.b64encode(b"user:p@ss").decode()
    assert passed == [Passage("CONNECT", "www.zillow.com:443", basic)]


def test_a_tunnel_does_not_hide_a_wrong_certificate(run_crawl: Crawl, tmp_path: Path) -> None:
    context = server_context(make_certificate(tmp_path, "www.zillow.com"))
    with FaultServer(tls=context) as origin, ForwardProxy(origin.port) as proxy:
        outcome = run_crawl("https://www.zillow.com/ok", settings=through(proxy.url()))
        assert "certificate" in str(outcome.errors["https://www.zillow.com/ok"])
        assert origin.log.requests == []


@pytest.mark.parametrize(("scheme", "seen"), [("socks5", "127.0.0.9:80"), ("socks5h", "www.zillow.com:80")])
def test_socks_proxies_get_an_address_or_the_name(
    run_crawl: Crawl, proxy: ForwardProxy, scheme: str, seen: str
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.9"]

    ours = handlers(lambda: AddressGuard(resolve=resolve, judge=lambda address: True))
    url = proxy.url(scheme, "user:p%40ss")
    outcome = run_crawl(f"{HOME}/ok", settings=through(url, DOWNLOAD_HANDLERS=ours))
    assert outcome.responses[f"{HOME}/ok"].status == 200
    assert proxy.passages == [Passage("SOCKS", seen, "user:p@ss")]


def test_where_we_resolve_the_guard_holds_and_where_the_proxy_does_literals_are_refused(
    run_crawl: Crawl, proxy: ForwardProxy
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.7"]

    ours = handlers(lambda: AddressGuard(resolve=resolve))
    outcome = run_crawl(f"{HOME}/ok", settings=through(proxy.url("socks5"), DOWNLOAD_HANDLERS=ours))
    assert "www.zillow.com is 10.0.0.7" in str(outcome.errors[f"{HOME}/ok"])
    literal = Request("http://10.0.0.1/", meta={"impersonate": "chrome150"})
    outcome = run_crawl(literal, settings=through(proxy.url()), extra_hosts=frozenset({"10.0.0.1:80"}))
    assert isinstance(outcome.errors["http://10.0.0.1/"], UnsafeRequest)
    assert proxy.passages == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_scrapys_own_handler_goes_by_it_too(run_crawl: Crawl, proxy: ForwardProxy, host: str) -> None:
    request = Request(f"{HOME}/ok", meta={"phx_handler": "plain"})
    outcome = run_crawl(request, settings=through(proxy.url(host=host)))
    assert outcome.responses[request.url].status == 200
    assert [passage.to for passage in proxy.passages] == [request.url]


def test_scrapys_own_handler_says_that_it_knows_no_socks(run_crawl: Crawl, proxy: ForwardProxy) -> None:
    request = Request(f"{HOME}/ok", meta={"phx_handler": "plain"})
    outcome = run_crawl(request, settings=through(proxy.url("socks5h")))
    assert isinstance(outcome.errors[request.url], NotSupported)
    assert proxy.passages == []

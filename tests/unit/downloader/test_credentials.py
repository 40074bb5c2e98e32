"""The Assessor's token goes to its own host over https, and to no other: the middleware alone, and real crawls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured

from phx_scraper.downloader.middlewares.credentials import CredentialsMiddleware
from phx_scraper.sources import SOURCES
from tests.faults.certificate import make_certificate, server_context
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import SETTINGS
from tests.unit.downloader.forward_proxy import ForwardProxy

TOKEN = "7f3a-not-a-real-token"
OWN = "mcassessor.maricopa.gov"
MIDDLEWARES = {
    **SETTINGS["DOWNLOADER_MIDDLEWARES"],
    "phx_scraper.downloader.middlewares.credentials.CredentialsMiddleware": 730,
}
OTHER_HOSTS = sorted({host for source in SOURCES.values() for host in source.hosts} - {OWN})
NOT_ITS_OWN = [
    f"http://{OWN}/parcel/1/sketches/",
    f"ftp://{OWN}/x",
    f"https://{OWN}:8443/x",
    f"https://{OWN}:80/x",
    f"https://{OWN}./x",
    f"https://www.{OWN}/x",
    f"https://api.{OWN}/x",
    f"https://{OWN}.evil.example/x",
    f"https://evil-{OWN}/x",
    "https://maricopa.gov/x",
    f"https://{OWN}@evil.example/x",
    f"https://evil.example/{OWN}",
    f"https://evil.example/?to=https://{OWN}/",
    "https://127.0.0.1/x",
    "data:,x",
    *(f"https://{host}/x" for host in OTHER_HOSTS),
]


def sent(url: str, tokens: dict[str, str] | None = None, **headers: str) -> bytes | None:
    """The token that a request leaves with."""
    request = Request(url, headers=headers)
    asyncio.run(CredentialsMiddleware(tokens or {OWN: TOKEN}).process_request(request))
    return request.headers.get("AUTHORIZATION")


@pytest.mark.parametrize("url", [f"https://{OWN}/x", f"https://{OWN}:443/x", f"HTTPS://{OWN.upper()}/x"])
def test_its_own_host_gets_the_token(url: str) -> None:
    assert sent(url) == TOKEN.encode()
    assert sent(url, AUTHORIZATION="an older one") == TOKEN.encode()


@pytest.mark.parametrize("url", NOT_ITS_OWN)
def test_no_other_host_gets_or_keeps_the_token(url: str) -> None:
    assert sent(url) is None
    assert sent(url, AUTHORIZATION=TOKEN) is None


def test_each_host_gets_its_own_token() -> None:
    tokens = {OWN: TOKEN, "www.zillow.com": "another"}
    assert sent("https://www.zillow.com/x", tokens) == b"another"
    assert sent(f"https://{OWN}/x", tokens) == TOKEN.encode()
    assert sent("https://www.redfin.com/x", tokens) is None


def test_it_is_off_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARICOPA_ASSESSOR_TOKEN", raising=False)
    with pytest.raises(NotConfigured):
        CredentialsMiddleware.from_crawler(None)  # type: ignore[arg-type]


@pytest.fixture
def with_token(run_crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("MARICOPA_ASSESSOR_TOKEN", TOKEN)

    def run(*requests: Request | str, **settings: Any) -> Any:
        return run_crawl(*requests, settings={"DOWNLOADER_MIDDLEWARES": MIDDLEWARES, "RETRY_TIMES": 0, **settings})

    return run


def tokens_by_host(server: FaultServer) -> dict[str, list[str]]:
    """Replica host -> the AUTHORIZATION headers it was sent, one entry a request, "" where there was none."""
    found: dict[str, list[str]] = {}
    for ask in server.log.requests:
        host = ask.target.lstrip("/").partition("/")[0]
        found.setdefault(host, []).append(dict(named(ask.headers)).get("authorization", ""))
    return found


def named(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]


def test_of_all_hosts_that_a_crawl_asks_only_its_own_sees_the_token(
    with_token: Callable[..., Any], server: FaultServer
) -> None:
    urls = [f"https://{host}/ok" for host in (OWN, *OTHER_HOSTS)]
    outcome = with_token(*urls, f"http://{OWN}/ok?plain=1", PHX_REPLICA_URL=server.url())
    assert len(outcome.responses) == len(urls) + 1
    seen = tokens_by_host(server)
    assert sorted(seen.pop(OWN)) == ["", TOKEN]
    assert seen == {host: [""] for host in OTHER_HOSTS}


@pytest.mark.parametrize("to", [f"http://{OWN}/ok", *(f"https://{host}/ok" for host in OTHER_HOSTS)])
def test_a_redirect_takes_the_token_nowhere(with_token: Callable[..., Any], server: FaultServer, to: str) -> None:
    outcome = with_token(f"https://{OWN}/redirect?to={quote(to, safe='')}", PHX_REPLICA_URL=server.url())
    assert outcome.errors == {}
    first, second = server.log.requests
    assert dict(named(first.headers))["authorization"] == TOKEN
    assert "authorization" not in dict(named(second.headers))


def test_a_redirect_back_to_its_own_host_sends_it_again(with_token: Callable[..., Any], server: FaultServer) -> None:
    back = quote(f"https://{OWN}/ok", safe="")
    way = quote(f"https://gis.{OWN}/redirect?to={back}", safe="")
    with_token(f"https://{OWN}/redirect?to={way}", PHX_REPLICA_URL=server.url())
    assert [dict(named(ask.headers)).get("authorization") for ask in server.log.requests] == [TOKEN, None, TOKEN]


def test_a_proxy_of_plain_http_never_sees_it(with_token: Callable[..., Any], tmp_path: Any) -> None:
    context = server_context(make_certificate(tmp_path, OWN))
    with FaultServer(tls=context) as origin, ForwardProxy(origin.port) as proxy:
        meta = {"proxy": proxy.url()}
        with_token(Request(f"https://{OWN}/ok", meta=meta), DOWNLOAD_VERIFY_CERTIFICATES=False)
        assert [dict(named(ask.headers)).get("authorization") for ask in origin.log.requests] == [TOKEN]
        assert TOKEN not in repr(proxy.passages)

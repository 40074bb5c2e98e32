"""Nothing connects to what is not a source's: real crawls, with listeners without a connection (fault matrix 26-27)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from scrapy.settings import Settings

from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.middlewares.replica import ReplicaMiddleware
from phx_scraper.errors import UsageError
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crawling import handlers

HOME = "https://www.zillow.com"


@pytest.fixture
def victim() -> Iterator[FaultServer]:
    """Something private that listens."""
    with FaultServer(host="127.0.0.2") as listening:
        yield listening


def private_targets(port: int) -> list[str]:
    return [
        f"http://127.0.0.2:{port}/ok",
        f"http://0x7f.2:{port}/ok",
        f"http://2130706434:{port}/ok",
        f"http://0177.0.0.2:{port}/ok",
        f"http://[::ffff:127.0.0.2]:{port}/ok",
        f"http://www.zillow.com@127.0.0.2:{port}/ok",
        f"http://localhost:{port}/ok",
        f"https://www.zillow.com:{port}/ok",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://www.zillow.com/x",
    ]


@pytest.mark.parametrize("dont_filter", [False, True])
def test_redirects_to_anything_else_are_refused(
    ask: Crawl, server: FaultServer, victim: FaultServer, dont_filter: bool
) -> None:
    paths = [f"/redirect?to={target}" for target in private_targets(victim.port)]
    requests = [Request(f"{HOME}{path}", dont_filter=dont_filter) for path in paths]
    outcome = ask(*requests)
    assert {type(error) for error in outcome.errors.values()} == {UnsafeRequest}
    assert len(outcome.errors) == len(paths)
    assert outcome.responses == {}
    assert victim.log.connections == []
    assert len(server.log.requests) == len(paths)
    refused = {key: value for key, value in outcome.stats.items() if key.startswith("phx/guard/refused/")}
    assert sum(refused.values()) == len(paths)
    assert "phx/retry/count" not in outcome.stats


@pytest.mark.parametrize("handler", ["curl", "plain"])
def test_direct_requests_are_refused_too(run_crawl: Crawl, victim: FaultServer, handler: str) -> None:
    urls = [url for url in private_targets(victim.port) if url.startswith("http")]
    outcome = run_crawl(*[Request(url, meta={"phx_handler": handler}, dont_filter=True) for url in urls])
    assert len(outcome.errors) == len(urls)
    assert {type(error) for error in outcome.errors.values()} == {UnsafeRequest}
    assert victim.log.connections == []


@pytest.mark.parametrize("handler", ["curl", "plain"])
def test_an_allowed_host_with_a_private_address_is_refused_at_connect(
    run_crawl: Crawl, victim: FaultServer, handler: str
) -> None:
    url = victim.url("/ok")
    allowed = frozenset({f"127.0.0.2:{victim.port}"})
    outcome = run_crawl(Request(url, meta={"phx_handler": handler}), extra_hosts=allowed)
    assert "private_address" in str(outcome.errors[url])
    assert outcome.stats["phx/guard/refused/private_address"] == 1
    assert victim.log.connections == []


def test_a_name_that_turns_private_is_refused_and_the_checked_address_is_the_one_used(run_crawl: Crawl) -> None:
    with FaultServer() as public, FaultServer(host="127.0.0.2", port=public.port) as private:
        now, answers = iter([0.0, 1.0, 1000.0]), iter([["127.0.0.1"], ["127.0.0.2"]])

        async def rebinding(host: str, port: int) -> list[str]:
            return next(answers)

        def make() -> AddressGuard:
            return AddressGuard(frozenset(), rebinding, lambda address: address == "127.0.0.1", lambda: next(now))

        urls = [f"http://www.zillow.com:{public.port}/{path}" for path in ("ok?n=1", "ok?n=2", "ok?n=3")]
        settings: dict[str, Any] = {"DOWNLOAD_HANDLERS": handlers(make), "CONCURRENT_REQUESTS": 1}
        outcome = run_crawl(*urls, settings=settings, extra_hosts=frozenset({f"www.zillow.com:{public.port}"}))
        assert [seen.query["n"] for seen in public.log.requests] == ["1", "2"]
        assert isinstance(outcome.errors[urls[2]], UnsafeRequest)
        assert private.log.connections == []


def test_scrapys_own_handler_checks_the_address_it_connects_to(run_crawl: Crawl) -> None:
    with FaultServer() as private:

        async def lying(host: str, port: int) -> list[str]:
            return ["8.8.8.8"]

        url = f"http://localhost:{private.port}/ok"
        settings = {"DOWNLOAD_HANDLERS": handlers(lambda: AddressGuard(resolve=lying)), "RETRY_TIMES": 0}
        request = Request(url, meta={"phx_handler": "plain"})
        outcome = run_crawl(request, settings=settings, extra_hosts=frozenset({f"localhost:{private.port}"}))
        assert isinstance(outcome.errors[url], CannotResolveHostError)
        assert private.log.connections == []


def test_redirects_between_a_sources_hosts_are_followed(ask: Crawl, server: FaultServer) -> None:
    outcome = ask("/redirect?to=https://photos.zillowstatic.com/ok")
    assert [seen.host for seen in server.log.requests] == ["www.zillow.com", "photos.zillowstatic.com"]
    assert next(iter(outcome.responses.values())).url == "https://photos.zillowstatic.com/ok"


def test_redirect_loops_end(ask: Crawl, server: FaultServer) -> None:
    outcome = ask("/redirect?to=/redirect%3Fto%3D/redirect", settings={"REDIRECT_MAX_TIMES": 5})
    assert len(server.log.requests) <= 6
    assert outcome.responses == {}


def test_malformed_locations_are_refused(ask: Crawl) -> None:
    outcome = ask("/redirect?to=http://[::1", "/redirect?to=http://www.zillow.com:port/")
    assert {type(error) for error in outcome.errors.values()} == {UnsafeRequest}


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1/path", "127.0.0.1:80", "http://", "http://h:x", "http://h:1/path"]
)
def test_a_replica_url_of_another_form_is_one_sentence(url: str) -> None:
    class Crawler:
        settings = Settings({"IMAGES_STORE": "unused", "PHX_REPLICA_URL": url})

    with pytest.raises(UsageError, match="PHX_REPLICA_URL"):
        ReplicaMiddleware.from_crawler(Crawler())  # type: ignore[arg-type]


def test_offline_nothing_leaves_at_all(ask: Crawl, server: FaultServer) -> None:
    outcome = ask("/ok", settings={"PHX_OFFLINE": True})
    assert "PHX_OFFLINE lets no request leave" in str(next(iter(outcome.errors.values())))
    assert outcome.stats["phx/guard/refused/offline"] == 1
    assert server.log.connections == []

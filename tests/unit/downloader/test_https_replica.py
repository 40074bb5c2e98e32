"""An https replica: URLs, hosts and headers stay those of the live sites, whichever way a request goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.replica import Options, Replica, running
from tests.unit.downloader.conftest import Crawl

PAGE = "https://www.zillow.com/"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(kinds=frozenset(), tls_port=0)) as replica:
        yield replica


@pytest.fixture
def ask(replica: Replica, run_crawl: Crawl) -> Crawl:
    replica.reset()
    return lambda *requests, **settings: run_crawl(
        *requests, settings={"PHX_REPLICA_URL": replica.tls_url, "RETRY_TIMES": 0, **settings}
    )


@pytest.mark.parametrize(("way", "agent"), [("curl", "Chrome/150"), ("plain", "")])
def test_every_way_leads_there_under_the_sites_own_name(ask: Crawl, replica: Replica, way: str, agent: str) -> None:
    outcome = ask(Request(PAGE, meta={meta_keys.HANDLER: way}))
    assert outcome.errors == {}
    assert outcome.responses[PAGE].url == PAGE
    (seen,) = replica.requests()
    assert (seen["host"], seen["path"]) == ("www.zillow.com", "/")
    assert agent in dict(seen["headers"]).get("user-agent", "")


def test_redirects_to_a_sources_other_host_stay_there(ask: Crawl, replica: Replica) -> None:
    bare = "https://www.redfin.com/home/55003051"
    replica_home = "https://www.redfin.com/AZ/Phoenix/1200-N-37th-Way-85032/home/55003051"
    ask(replica_home)  # it knows the home from here on
    outcome = ask(bare)
    assert outcome.responses[bare].url == replica_home
    assert {seen["host"] for seen in replica.requests()} == {"www.redfin.com"}


@pytest.mark.parametrize("url", ["https://example.com/", "https://127.0.0.1/"])
def test_other_hosts_are_refused_there_too(ask: Crawl, url: str) -> None:
    assert {type(error) for error in ask(url).errors.values()} == {UnsafeRequest}


def test_an_unchecked_certificate_is_the_replicas_alone(replica: Replica, run_crawl: Crawl) -> None:
    host, port = replica.tls_url.rpartition("/")[2].split(":")
    settings: dict[str, Any] = {"RETRY_TIMES": 0, "PHX_REPLICA_URL": "http://127.0.0.1:1"}
    url = f"https://{host}:{port}/"
    request = Request(url, meta={meta_keys.HANDLER: "curl", meta_keys.WIRE_URL: url})
    outcome = run_crawl(request, settings=settings, extra_hosts=frozenset({host}))
    assert outcome.responses == {}

"""What stands on an HTTP/2 connection to a site: one connection for its photos, cookies in fields, a plain agent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Request

from phx_scraper.downloader.handlers.curl_options import header_order
from phx_scraper.replica import Options, Replica, running
from tests.unit.downloader.conftest import Crawl

PHOTOS = "https://photos.zillowstatic.com/fp"


@pytest.fixture(scope="module")
def running_replica() -> Iterator[Replica]:
    with running(Options(kinds=frozenset(), tls_port=0)) as replica:
        yield replica


@pytest.fixture
def replica(running_replica: Replica) -> Replica:
    running_replica.reset()
    return running_replica


def sent(replica: Replica, run_crawl: Crawl, *requests: Request) -> list[dict[str, Any]]:
    run_crawl(*requests, settings={"PHX_REPLICA_URL": replica.tls_url, "RETRY_TIMES": 0})
    return replica.requests()


def test_photos_that_are_asked_for_at_once_share_a_connection(replica: Replica, run_crawl: Crawl) -> None:
    seen = sent(replica, run_crawl, *(Request(f"{PHOTOS}/{number}.jpg") for number in range(8)))
    assert len(seen) == 8
    assert {one["connection"]["protocol"] for one in seen} == {"h2"}
    # Each connection has its own order of extensions: they are shuffled.
    assert len({tuple(one["connection"]["extensions"]) for one in seen}) == 1


def test_each_cookie_is_a_field_of_its_own(replica: Replica, run_crawl: Crawl) -> None:
    [seen] = sent(replica, run_crawl, Request("https://www.zillow.com/", cookies={"a": "1", "b": "2"}))
    names = [name for name, _ in seen["headers"]]
    assert names.count("cookie") == 2
    assert names.index("cookie") > names.index("accept-language")


def test_the_plain_agent_has_neither_a_browsers_headers_nor_its_handshake(replica: Replica, run_crawl: Crawl) -> None:
    county, page = "https://mcassessor.maricopa.gov/parcel/1/", "https://www.zillow.com/"
    first, second = sorted(sent(replica, run_crawl, Request(county), Request(page)), key=lambda one: one["host"])
    assert [name for name, _ in first["headers"]] == ["accept-encoding", "accept", "user-agent"]
    assert dict(first["headers"])["user-agent"] == ""
    assert first["connection"]["ja4"] != second["connection"]["ja4"]


def test_the_order_has_every_name_that_a_request_brings() -> None:
    order = header_order(Request(PHOTOS, headers={"X-Own": "1", "Accept": "*/*"})).split(",")
    assert order.index("Content-Length") < order.index("x-own") < order.index("sec-ch-ua")

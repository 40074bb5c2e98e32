"""A real crawl through the curl handler: what a response carries, what a request looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy import Request

from phx_scraper.downloader.handlers.curl import PROFILE
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.crowd import Crowd

HOME = "https://www.zillow.com"


def echoed(ask: Crawl, path: str = "/echo", **request: Any) -> dict[str, Any]:
    """What the server saw of one request."""
    url = f"{HOME}{path}"
    return dict(json.loads(ask(Request(url, **request)).responses[url].body))


def test_response_keeps_its_url_and_says_how_it_came(ask: Crawl, server: FaultServer) -> None:
    response = ask("/ok?size=5#part").responses[f"{HOME}/ok?size=5#part"]
    assert response.url == f"{HOME}/ok?size=5#part"
    assert response.body == b"xxxxx"
    assert response.flags == ["impersonate", PROFILE]
    assert response.protocol == "HTTP/1.1"
    assert str(response.ip_address) == "127.0.0.1"
    assert 0 < response.meta["download_latency"] < 60
    assert [seen.target for seen in server.log.requests] == ["/www.zillow.com/ok?size=5"]


def test_head_has_no_body_and_keeps_the_length(ask: Crawl) -> None:
    url = f"{HOME}/ok?size=5000000"
    response = ask(Request(url, method="HEAD")).responses[url]
    assert (response.status, response.body, response.headers["Content-Length"]) == (200, b"", b"5000000")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_bodies_arrive_byte_for_byte(ask: Crawl, method: str) -> None:
    body = b"a=1\x00\xff\r\n\r\n" * 500
    seen = echoed(ask, method=method, body=body, headers={"Content-Type": "text/odd"})
    assert (seen["method"], seen["body"].encode("latin-1")) == (method, body)
    assert dict(seen["headers"])["content-type"] == "text/odd"


def test_a_body_without_type_gets_none_and_nothing_waits_for_100_continue(ask: Crawl) -> None:
    names = dict(echoed(ask, method="POST", body=b"x" * 5000)["headers"])
    assert not {"content-type", "expect"} & set(names)


def test_an_empty_post_is_a_post(ask: Crawl) -> None:
    seen = echoed(ask, method="POST")
    assert (seen["method"], dict(seen["headers"])["content-length"]) == ("POST", "0")


def test_repeated_headers_are_two_lines_and_line_breaks_cannot_add_one(ask: Crawl) -> None:
    headers = {"X-Two": ["1", "2"], "X-Bad": "a\r\nX-Injected: yes", "X-Empty": ""}
    seen = [tuple(pair) for pair in echoed(ask, headers=headers)["headers"]]
    assert [value for name, value in seen if name == "x-two"] == ["1", "2"]
    assert ("x-bad", "a X-Injected: yes") in seen
    assert ("x-empty", "") in seen
    assert "x-injected" not in dict(seen)


def test_interim_answers_and_trailers_do_not_mix_with_the_headers(ask: Crawl) -> None:
    response = ask("/odd_heads").responses[f"{HOME}/odd_heads"]
    assert response.headers.getlist("X-Twice") == [b"1", b"2"]
    assert response.body == b"ok"
    assert not {b"X-Early", b"X-Late"} & set(response.headers)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("handler", ["curl", "plain"])
def test_compressed_bodies_arrive_decoded_and_unlabelled(ask: Crawl, encoding: str, handler: str) -> None:
    url = f"{HOME}/packed?encoding={encoding}"
    response = ask(Request(url, meta={"phx_handler": handler})).responses[url]
    assert response.body == b"sound " * 1000
    assert "Content-Encoding" not in response.headers


def test_cookies_are_scrapys_alone(ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/set_cookie"), Request(f"{HOME}/echo?cookies=off", meta={"dont_merge_cookies": True}))
    assert server.log.of("echo")[0].header("cookie") is None


def test_a_session_goes_on_over_scrapys_cookie_jar(ask: Crawl, server: FaultServer) -> None:
    ask("/redirect?to=/set_cookie", "/redirect?to=/status%3Fcode%3D503%26times%3D1")
    ask(Request(f"{HOME}/echo", cookies={"mine": "1"}))
    assert server.log.of("echo")[0].header("cookie") == "mine=1"


def test_connections_are_kept_for_the_run(ask: Crawl, server: FaultServer) -> None:
    ask(*[f"/ok?n={n}" for n in range(40)], settings={"CONCURRENT_REQUESTS": 4})
    assert len(server.log.requests) == 40
    assert len(server.log.connections) <= 4


def test_requests_run_side_by_side(run_crawl: Crawl) -> None:
    with Crowd(10) as server:
        settings = {"PHX_REPLICA_URL": server.url(), "RETRY_TIMES": 0}
        outcome = run_crawl(*[f"{HOME}/ok?n={n}" for n in range(10)], settings=settings)
    assert (len(outcome.responses), server.log.most_open) == (10, 10)


def test_an_unknown_profile_is_an_error_of_that_request(ask: Crawl, server: FaultServer) -> None:
    url = f"{HOME}/ok"
    error = ask(Request(url, meta={"impersonate": "netscape4"})).errors[url]
    assert "netscape4" in str(error)
    assert not server.log.requests

"""One consistent browser identity: the headers of a page, a photo and a script's fetch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy import Request

from phx_scraper.downloader.middlewares.browser_identity import sent_referer, site_of
from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl

HOME = "https://www.zillow.com"
LISTING = f"{HOME}/homedetails/x/1_zpid/"


def seen_by(server: FaultServer, n: int = 0) -> dict[str, str]:
    return dict(server.log.requests[n].headers)


def test_a_page_looks_like_one_that_a_person_opened(ask: Crawl, server: FaultServer) -> None:
    ask("/ok")
    seen = seen_by(server)
    assert "Chrome/150" in seen["user-agent"]
    assert '"Google Chrome";v="150"' in seen["sec-ch-ua"]
    assert seen["accept"].startswith("text/html")
    assert seen["accept-language"] == "en-US,en;q=0.9"
    assert seen["accept-encoding"] == "gzip, deflate, br, zstd"
    assert seen["upgrade-insecure-requests"] == "1"
    fetch = {name: value for name, value in seen.items() if name.startswith("sec-fetch")}
    assert fetch == {
        "sec-fetch-site": "none",
        "sec-fetch-mode": "navigate",
        "sec-fetch-user": "?1",
        "sec-fetch-dest": "document",
    }
    assert not {"referer", "connection", "upgrade", "x-requested-with"} & set(seen)


def test_a_photo_looks_like_one_in_the_listing(ask: Crawl, server: FaultServer) -> None:
    ask(Request("https://photos.zillowstatic.com/ok", meta={"phx_referer": LISTING}))
    seen = seen_by(server)
    assert seen["accept"].startswith("image/avif,image/webp")
    assert seen["referer"] == f"{HOME}/"
    fetch = {name: value for name, value in seen.items() if name.startswith("sec-fetch")}
    assert fetch == {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert "upgrade-insecure-requests" not in seen


def test_a_scripts_fetch_has_an_origin(ask: Crawl, server: FaultServer) -> None:
    meta = {"phx_fetch": "json", "phx_referer": f"{HOME}/"}
    ask(Request("https://www.zillowstatic.com/ok", meta=meta))
    seen = seen_by(server)
    assert (seen["accept"], seen["origin"], seen["sec-fetch-mode"]) == ("*/*", HOME, "cors")


def test_all_kinds_are_of_one_browser_and_headers_come_in_its_order(ask: Crawl, server: FaultServer) -> None:
    photo = Request("https://photos.zillowstatic.com/ok", meta={"phx_referer": LISTING})
    ask(Request(f"{HOME}/ok", cookies={"a": "1"}, meta={"phx_referer": LISTING}), photo)
    page, picture = sorted(server.log.requests, key=lambda one: one.host, reverse=True)
    same = ("user-agent", "sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-mobile", "accept-language", "accept-encoding")
    assert {page.header(name) == picture.header(name) for name in same} == {True}
    assert [name for name, _ in page.headers] == [
        "host", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "upgrade-insecure-requests", "user-agent",
        "accept", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-user", "sec-fetch-dest", "referer", "accept-encoding",
        "accept-language", "cookie",
    ]  # fmt: skip
    assert [name for name, _ in picture.headers] == [
        "host", "sec-ch-ua-platform", "user-agent", "sec-ch-ua", "sec-ch-ua-mobile", "accept", "sec-fetch-site",
        "sec-fetch-mode", "sec-fetch-dest", "referer", "accept-encoding", "accept-language",
    ]  # fmt: skip


def test_a_redirect_has_the_headers_of_its_target(ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/redirect?to=https://www.zillowstatic.com/ok", meta={"phx_referer": LISTING}))
    sites = [(one.header("sec-fetch-site"), one.header("referer")) for one in server.log.requests]
    assert sites == [("same-origin", LISTING), ("cross-site", f"{HOME}/")]


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        (f"{HOME}/ok", {}, {"phx_kind": "page", "download_slot": "zillow"}),
        ("https://photos.zillowstatic.com/ok", {}, {"phx_kind": "photo", "download_slot": "zillow:img"}),
        (f"{HOME}/ok", {"phx_kind": "photo"}, {"phx_kind": "photo", "download_slot": "zillow:img"}),
        (f"{HOME}/ok", {"phx_fetch": "json"}, {"phx_kind": "page", "download_slot": "zillow"}),
        (f"{HOME}/ok", {"download_slot": "mine"}, {"download_slot": "mine"}),
    ],
)
def test_source_kind_and_slot_are_filled_in(
    ask: Crawl, path: str, meta: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = ask(Request(path, meta=meta)).responses[path].meta
    assert found["phx_source"] == "zillow"
    assert {name: found[name] for name in expected} == expected


def test_requests_to_other_hosts_are_unchanged(run_crawl: Crawl, server: FaultServer) -> None:
    url = server.url("/echo")
    settings = {"PHX_REPLICA_URL": server.url()}
    outcome = run_crawl(url, settings=settings, extra_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    response = outcome.responses[url]
    assert "phx_source" not in response.meta
    assert "impersonate" not in response.flags
    assert "sec-fetch-mode" not in dict(json.loads(response.body)["headers"])


@pytest.mark.parametrize(
    ("url", "referer", "site", "sent"),
    [
        (f"{HOME}/b", "", "none", ""),
        (f"{HOME}/b", f"{HOME}/a?q#f", "same-origin", f"{HOME}/a?q"),
        ("https://photos.zillow.com/b", f"{HOME}/a", "same-site", f"{HOME}/"),
        ("https://photos.zillowstatic.com/b", f"{HOME}/a", "cross-site", f"{HOME}/"),
        ("http://www.zillow.com/b", f"{HOME}/a", "cross-site", ""),
    ],
)
def test_site_and_referer_follow_the_browsers_rules(url: str, referer: str, site: str, sent: str) -> None:
    assert site_of(url, referer) == site
    assert sent_referer(url, referer) == sent

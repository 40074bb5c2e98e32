"""One consistent browser identity: the headers of each kind of request, as they stand on the wire and in what order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy import Request

from tests.faults.fault_server import FaultServer
from tests.unit.downloader.conftest import Crawl

HOME = "https://www.zillow.com"
LISTING = f"{HOME}/homedetails/x/1_zpid/"
STATIC = "https://www.zillowstatic.com"
PHOTO = "https://photos.zillowstatic.com/ok"
OMNI = "https://apps.flexmls.com/ok"
MLS = "https://phoenixmlssearch.com/"
COUNTY = "https://mcassessor.maricopa.gov"

NAVIGATION = (
    "host connection sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform upgrade-insecure-requests user-agent accept"
    " sec-fetch-site sec-fetch-mode sec-fetch-user sec-fetch-dest{} accept-encoding accept-language{}"
)
FETCHED = (
    "host connection{} sec-ch-ua-platform user-agent sec-ch-ua{} sec-ch-ua-mobile accept{}"
    " sec-fetch-site sec-fetch-mode sec-fetch-dest{} accept-encoding accept-language{}"
)
POST = {"method": "POST", "body": b"{}", "headers": {"Content-Type": "application/json", "x-caller-id": "s"}}

# kind and situation: URL, page that asks, more of the request; order of names; the values that differ by kind
TABLE: dict[str, tuple[str, str, dict[str, Any], str, dict[str, str | None]]] = {
    "document, typed": (f"{HOME}/ok", "", {}, NAVIGATION.format("", ""), {
        "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1", "sec-fetch-dest": "document",
        "origin": None, "referer": None, "upgrade-insecure-requests": "1",
    }),
    "document, by a link": (f"{HOME}/ok", LISTING, {}, NAVIGATION.format(" referer", ""), {
        "sec-fetch-site": "same-origin", "sec-fetch-user": "?1", "referer": LISTING, "origin": None,
    }),
    "document, with cookies": (f"{HOME}/ok", LISTING, {"cookies": {"a": "1"}},
        NAVIGATION.format(" referer", " cookie"), {
        "cookie": "a=1",
    }),
    "photo of another site": (PHOTO, LISTING, {}, FETCHED.format("", "", "", " sec-fetch-storage-access referer", ""), {
        "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", "origin": None,
        "sec-fetch-storage-access": "active", "referer": f"{HOME}/", "sec-fetch-user": None,
        "accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    }),
    "photo of the page's own": (f"{HOME}/ok", LISTING, {}, FETCHED.format("", "", "", " referer", ""), {
        "sec-fetch-site": "same-origin", "sec-fetch-dest": "image", "referer": LISTING,
    }),
    "fetch, same origin": (f"{HOME}/ok", LISTING, {"cookies": {"a": "1"}},
        FETCHED.format("", "", "", " referer", " cookie"), {
        "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "accept": "*/*",
        "referer": LISTING, "origin": None,
    }),
    "fetch, another site": (f"{STATIC}/ok", LISTING, {"cookies": {"a": "1"}},
        FETCHED.format("", "", " origin", " referer", ""), {
        "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "origin": HOME, "referer": f"{HOME}/",
        "cookie": None,
    }),
    "fetch, a post": (f"{HOME}/ok", LISTING, POST,
        FETCHED.format(" content-length x-caller-id", " content-type", " origin", " referer", ""), {
        "sec-fetch-site": "same-origin", "origin": HOME, "content-type": "application/json", "x-caller-id": "s",
    }),
    "script of another site": (OMNI, MLS, {}, FETCHED.format("", "", "", " sec-fetch-storage-access referer", ""), {
        "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script", "accept": "*/*",
        "referer": MLS, "origin": None,
    }),
    "api": (f"{COUNTY}/ok", LISTING, {"cookies": {"a": "1"}}, "host accept-encoding accept user-agent", {
        "user-agent": "", "accept": "*/*", "cookie": None, "referer": None,
    }),
}  # fmt: skip


def seen_by(server: FaultServer, n: int = 0) -> dict[str, str]:
    return dict(server.log.requests[n].headers)


@pytest.mark.parametrize("case", TABLE)
def test_each_kind_sends_what_chrome_sends_and_in_its_order(case: str, ask: Crawl, server: FaultServer) -> None:
    url, page, more, names, values = TABLE[case]
    kind = case.partition(",")[0].partition(" ")[0]
    ask(Request(url, meta={"phx_referer": page, **({} if kind == "api" else {"phx_fetch": kind})}, **more))
    *before, seen = server.log.requests
    assert [one.path for one in before] == (["/"] if kind in ("fetch", "script") else [])
    assert [name for name, _ in seen.headers] == names.split()
    assert {name: seen.header(name) for name in values} == values


def test_names_are_written_as_chrome_writes_them(ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/ok", meta={"phx_fetch": "fetch", "phx_referer": LISTING}, cookies={"a": "1"}, **POST))
    assert server.log.requests[-1].names == (
        "Host", "Connection", "Content-Length", "x-caller-id", "sec-ch-ua-platform", "User-Agent", "sec-ch-ua",
        "Content-Type", "sec-ch-ua-mobile", "Accept", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest",
        "Referer", "Accept-Encoding", "Accept-Language", "Cookie",
    )  # fmt: skip
    ask(Request(f"{HOME}/ok", meta={"phx_referer": LISTING}))
    assert {"Upgrade-Insecure-Requests", "Sec-Fetch-User"} < set(server.log.requests[-1].names)


def test_the_browser_itself_is_the_same_for_every_kind(ask: Crawl, server: FaultServer) -> None:
    ask(*(Request(url, meta={"phx_referer": page, "phx_fetch": case.partition(",")[0].partition(" ")[0]})
          for case, (url, page, _, _, _) in TABLE.items() if case != "api"))  # fmt: skip
    same = ("user-agent", "sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-mobile", "accept-language", "accept-encoding")
    [identity] = {tuple(one.header(name) for name in same) for one in server.log.requests}
    assert "Chrome/150" in str(identity[0])
    assert '"Google Chrome";v="150"' in str(identity[1])
    assert identity[4:] == ("en-US,en;q=0.9", "gzip, deflate, br, zstd")


@pytest.mark.parametrize("kind", ["document", "photo", "fetch", "script"])
def test_a_redirect_has_the_headers_of_its_target(kind: str, ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/redirect?to={STATIC}/ok", meta={"phx_referer": LISTING, "phx_fetch": kind}))
    sites = [
        (one.header("sec-fetch-site"), one.header("referer"), one.header("origin"))
        for one in server.log.requests
        if one.path != "/"
    ]
    assert sites == [
        ("same-origin", LISTING, None),
        ("cross-site", f"{HOME}/", HOME if kind == "fetch" else None),
    ]


def test_a_redirect_back_to_the_page_is_told_to_have_been_elsewhere(ask: Crawl, server: FaultServer) -> None:
    meta = {"phx_referer": LISTING, "phx_fetch": "photo"}
    ask(Request(f"{STATIC}/redirect?to={HOME}/ok", meta=meta))
    assert [one.header("sec-fetch-site") for one in server.log.requests] == ["cross-site", "cross-site"]
    assert server.log.requests[1].header("referer") == LISTING


@pytest.mark.parametrize("kind", ["photo", "fetch", "script"])
def test_what_a_page_asks_for_always_comes_from_one(kind: str, ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/ok", meta={"phx_fetch": kind}))
    seen = server.log.requests[-1]
    assert (seen.header("sec-fetch-site"), seen.header("referer")) == ("same-origin", f"{HOME}/")


def test_a_retry_sends_the_same_again(ask: Crawl, server: FaultServer) -> None:
    meta = {"phx_referer": LISTING, "phx_fetch": "fetch"}
    ask(Request(f"{STATIC}/status?code=500", meta=meta))
    _, first, second, third = (one.headers for one in server.log.requests)
    assert first == second == third


def test_headers_that_a_browser_decides_are_not_the_requests_own(ask: Crawl, server: FaultServer) -> None:
    ask(Request(f"{HOME}/ok", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}))
    assert seen_by(server)["sec-fetch-site"] == "none"
    assert "origin" not in seen_by(server)


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        (f"{HOME}/ok", {}, {"phx_kind": "page", "download_slot": "zillow"}),
        (PHOTO, {}, {"phx_kind": "photo", "download_slot": "zillow:img"}),
        (f"{HOME}/ok", {"phx_kind": "photo"}, {"phx_kind": "photo", "download_slot": "zillow:img"}),
        (f"{HOME}/ok", {"phx_fetch": "fetch"}, {"phx_kind": "page", "download_slot": "zillow"}),
        (f"{HOME}/ok", {"download_slot": "mine"}, {"download_slot": "mine"}),
        (f"{COUNTY}/ok", {"phx_kind": "photo"}, {"phx_kind": "photo", "download_slot": "maricopa_assessor:img"}),
    ],
)
def test_source_kind_and_slot_are_filled_in(
    ask: Crawl, path: str, meta: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = ask(Request(path, meta=meta)).responses[path].meta
    assert found["phx_source"] == ("maricopa_assessor" if path.startswith(COUNTY) else "zillow")
    assert {name: found[name] for name in expected} == expected


def test_requests_to_other_hosts_are_unchanged(run_crawl: Crawl, server: FaultServer) -> None:
    url = server.url("/echo")
    settings = {"PHX_REPLICA_URL": server.url()}
    outcome = run_crawl(url, settings=settings, extra_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    response = outcome.responses[url]
    assert "phx_source" not in response.meta
    assert "impersonate" not in response.flags
    assert "sec-fetch-mode" not in dict(json.loads(response.body)["headers"])

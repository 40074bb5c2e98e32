"""What our client sends is what a real Chromium sends, but for the differences that docs/identity.md lists."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.replica import Options, Replica, running
from phx_scraper.replica.front.client_hello import ClientHello, is_grease
from phx_scraper.replica.front.ja4 import ja4
from tests.unit.downloader.conftest import Crawl
from tests.unit.downloader.real_chromium import FOUND

DOCUMENT = Path(__file__).parents[3] / "docs" / "identity.md"
ZILLOW, PHOENIX, REDFIN = "https://www.zillow.com/", "https://phoenixmlssearch.com/", "https://www.redfin.com/"
POST = {"method": "POST", "body": b"{}", "headers": {"Content-Type": "application/json", "x-caller-id": "search"}}
# Kind of request: URL, form, page that asks, more of the request.
ASKED: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "document": (ZILLOW, "document", "", {}),
    "document by a link": (f"{ZILLOW}homedetails/x/1_zpid/", "document", ZILLOW, {}),
    "photo": ("https://photos.zillowstatic.com/fp/a.jpg", "photo", ZILLOW, {}),
    "fetch": (f"{REDFIN}stingray/do/location-autocomplete?location=1", "fetch", REDFIN, {}),
    "fetch elsewhere": ("https://www.zillowstatic.com/autocomplete/v3/suggestions?q=1", "fetch", ZILLOW, {}),
    "fetch with a body": (f"{ZILLOW}zg-graph", "fetch", ZILLOW, POST),
    "script": ("https://apps.flexmls.com/quick_launch/omni?_q=1", "script", PHOENIX, {}),
}
CONNECTION = "connection"
RESUMED = 41
"""The extension pre_shared_key (RFC 8446 4.2.11)."""
Seen = dict[str, dict[str, Any]]


class Difference(NamedTuple):
    what: str
    kind: str
    chromium: str
    ours: str


class Row(NamedTuple):
    what: str
    kinds: set[str]
    chromium: str
    ours: str


def request_of(kind: str) -> Request:
    url, form, page, more = ASKED[kind]
    meta = {meta_keys.FETCH: form, meta_keys.KIND: "photo" if form == "photo" else "page"}
    return Request(url, meta={**meta, **({meta_keys.REFERER: page} if page else {})}, **more)


def seen_by(replica: Replica) -> Seen:
    """By kind the last request for its URL."""
    by_url = {f"https://{one['host']}{one['path']}": one for one in replica.requests()}
    return {kind: by_url[url] for kind, (url, *_) in ASKED.items()}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(kinds=frozenset(), tls_port=0, suspicious=True, tolerated_pace=0)) as replica:
        yield replica


@pytest.fixture(scope="module")
def chromium(replica: Replica) -> tuple[str, Seen]:
    """Chromium's version, and what it sent."""
    if FOUND is None:
        pytest.skip("no Chromium here: see scripts/browser.sh")
    pytest.importorskip("playwright", reason="the [browser] extra is not installed")
    replica.reset()
    command = [sys.executable, "-m", "tests.unit.downloader.real_chromium", replica.tls_url.rpartition("/")[2]]
    version = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    return version, seen_by(replica)


@pytest.fixture
def ours(replica: Replica, run_crawl: Crawl) -> Seen:
    replica.reset()
    settings = {"PHX_REPLICA_URL": replica.tls_url, "RETRY_TIMES": 0}
    run_crawl(*map(request_of, ASKED), settings=settings, in_turn=True)
    return seen_by(replica)


def test_the_document_lists_every_difference_and_no_other(chromium: tuple[str, Seen], ours: Seen) -> None:
    version, theirs = chromium
    found = {difference for kind in ASKED for difference in differences(kind, theirs[kind], ours[kind])}
    listed = {Difference(row.what, kind, row.chromium, row.ours) for row in rows() for kind in row.kinds}
    if version == documented_version():
        assert found == listed
    else:  # Another version may differ from ours in other values, but in no other part.
        assert {(one.what, one.kind) for one in found} <= {(one.what, one.kind) for one in listed}


def test_ja4_is_chromiums_once_its_new_extensions_are_added(chromium: tuple[str, Seen], ours: Seen) -> None:
    theirs, own = chromium[1]["document"]["connection"], ours["document"]["connection"]
    assert RESUMED not in theirs["extensions"] + own["extensions"]
    more = [number for number in theirs["extensions"] if not is_grease(number) and number not in own["extensions"]]
    assert ja4(hello_of(own, *more)) == theirs["ja4"]
    assert ja4(hello_of(own)) == own["ja4"]


def hello_of(connection: dict[str, Any], *more: int) -> ClientHello:
    return ClientHello(
        version=0x0303,
        ciphers=tuple(connection["ciphers"]),
        extensions=(*connection["extensions"], *more),
        server_name=connection["server_name"],
        alpn=tuple(name.encode() for name in connection["alpn_offered"]),
        signature_algorithms=tuple(connection["signature_algorithms"]),
        supported_versions=(0x0304,),
        groups=(),
    )


def test_neither_is_suspicious(chromium: tuple[str, Seen], ours: Seen) -> None:
    for seen in (chromium[1], ours):
        assert {kind: request["refused_for"] for kind, request in seen.items()} == dict.fromkeys(ASKED, "")
        names = [name for name, _ in seen["fetch with a body"]["headers"]]
        assert names.count("cookie") == 2


@pytest.mark.parametrize("kind", ASKED)
def test_headers_stand_in_chromiums_order(chromium: tuple[str, Seen], ours: Seen, kind: str) -> None:
    names = [[name for name, _ in seen[kind]["headers"]] for seen in (chromium[1], ours)]
    assert names[0] == names[1]


def differences(kind: str, theirs: dict[str, Any], own: dict[str, Any]) -> Iterator[Difference]:
    if theirs["pseudo"] != own["pseudo"]:
        yield Difference("pseudo", kind, theirs["pseudo"], own["pseudo"])
    # Which stream a request depends on is chance: the last one of its weight or above that is still open.
    if theirs["priority"][1:] != own["priority"][1:]:
        yield Difference("priority", kind, str(theirs["priority"]), str(own["priority"]))
    their_headers, our_headers = dict(theirs["headers"]), dict(own["headers"])
    for name in their_headers.keys() | our_headers.keys():
        if their_headers.get(name) != our_headers.get(name):
            yield Difference(name, kind, their_headers.get(name, "-"), our_headers.get(name, "-"))
    yield from connection_differences(theirs["connection"], own["connection"])


def connection_differences(theirs: dict[str, Any], own: dict[str, Any]) -> Iterator[Difference]:
    """Numbers without an order of their own are compared as sets: Chromium shuffles its extensions."""
    for part in ("alpn_offered", "protocol", "settings", "window", "priorities"):
        if theirs[part] != own[part]:
            yield Difference(part, CONNECTION, str(theirs[part]), str(own[part]))
    if RESUMED in theirs["extensions"] + own["extensions"]:
        return  # Of a second connection to a host; that of the first page is always a new one.
    for part in ("ciphers", "signature_algorithms", "groups"):
        if _grease_as_one(theirs[part]) != _grease_as_one(own[part]):
            yield Difference(part, CONNECTION, _text(theirs[part]), _text(own[part]))
    more, fewer = (
        set(_grease_as_one(one["extensions"])) - set(_grease_as_one(other["extensions"]))
        for one, other in ((theirs, own), (own, theirs))
    )
    if more or fewer:
        yield Difference("extensions", CONNECTION, f"+{_text(sorted(more))}", f"+{_text(sorted(fewer))}")
    if theirs["ja4"] != own["ja4"]:
        yield Difference("ja4", CONNECTION, theirs["ja4"], own["ja4"])


def _grease_as_one(numbers: list[int]) -> list[int]:
    return [0x0A0A if is_grease(number) else number for number in numbers]


def _text(numbers: list[int]) -> str:
    return " ".join("GREASE" if is_grease(number) else f"{number:04x}" for number in numbers)


def rows() -> list[Row]:
    """The table of the document: code is literal, a dash stands for nothing."""
    found = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 5:
            what, kinds, chromium, ours, _ = cells
            named = set(ASKED) if kinds == "all" else set(kinds.split(", "))
            found.append(Row(what.strip("`"), named, chromium.strip("`"), ours.strip("`")))
    return found


def documented_version() -> str:
    match = re.search(r"Chromium (\d+)", DOCUMENT.read_text(encoding="utf-8"))
    assert match
    return match[1]

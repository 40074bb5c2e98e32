"""Whole crawls with slow, endless, truncated, refused and redirected responses: each affects one photo or visit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.faults.baseline import state
from tests.faults.fault_server import FaultServer
from tests.faults.intercepting_proxy import Edit, InterceptingProxy
from tests.integration import crawls
from tests.snapshot import differences

HOME = "4732 W Davis Rd, Glendale, AZ 85306"
STREET = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4726)]
# Every fault in one crawl: none may open the breaker, and a retry would only prolong the test (test_limits has them).
# What is not to time out needs less than these seconds on a busy machine too.
SETTINGS = {
    "PHX_BREAKER_FAILURES": 1000,
    "PHX_MAX_PHOTO_BYTES": 2 * 2**20,
    "PHX_CONCURRENT_HOMES": 8,
    "DOWNLOAD_TIMEOUT": 10,
    "RETRY_TIMES": 0,
}
SLOW = ("/trickle?every=0.5", "/headers_never_end", "/silence")
PHOTO_FAULTS = {
    **dict.fromkeys(SLOW, "timeout"),
    "/endless": "too_large",
    "/huge": "too_large",
    "/bomb?encoding=gzip": "too_large",
    "/bomb?encoding=br": "too_large",
    "/bomb?encoding=zstd": "too_large",
    "/short": "cut_short",
    "/short_chunks": "cut_short",
    "/reset?after=head": "cut_short",
    "/reset": "download:DownloadFailedError",
    "/ok?size=0": "empty",
    "/ok?size=4000": "not_image",
    "/status?code=500": "http_500",
}
PAGE_FAULTS = {
    **dict.fromkeys(SLOW, "error: timeout"),
    "/endless": "error: too_large",
    "/bomb?encoding=zstd": "error: too_large",
    "/short": "error: cut_short",
    "/reset": "error: download:DownloadFailedError",
    "/status?code=500": "error: http_500",
    "/status?code=503": "error: http_503",
    # The site's lookups name the home, so that this is no proof of absence.
    "/status?code=404": "error: not_understood:__NEXT_DATA__",
    "/status?code=403": "blocked: forbidden",
    "/status?code=429": "blocked: rate_limited",
    "/block": "blocked: captcha",
    "/ok?size=0": "blocked: empty",
    "/ok?size=4000": "error: not_understood:__NEXT_DATA__",
}
PHOTOS = "SELECT url, state, reason FROM photos"
PAGES = "SELECT homes.address, listings.url FROM listings JOIN homes USING (property_hash)"
VISITS = "SELECT address, outcome, reason FROM visits JOIN homes USING (property_hash)"


@dataclass(frozen=True)
class Place:
    """A replica, a proxy before it, and a private server to which no request may connect."""

    replica: Replica
    proxy: InterceptingProxy
    private: FaultServer

    def redirects(self) -> list[str]:
        """Faults that redirect the crawl to forbidden targets."""
        port = self.private.port
        private = [
            *(f"http://127.0.0.2:{port}/ok", f"http://[::ffff:127.0.0.2]:{port}/ok", f"http://2130706434:{port}/ok"),
            *(f"http://localhost:{port}/ok", f"http://www.zillow.com@127.0.0.2:{port}/ok"),
        ]
        others = ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "data:image/png;base64,AA"]
        return [f"/redirect?to={target}" for target in (*private, *others)]

    def crawl(
        self, store: Path, address: str, settings: Mapping[str, object] | None = None, **more: object
    ) -> crawls.Result:
        """A crawl through the proxy."""
        return crawls.crawl("zillow", store, self.proxy.url(), settings, address=address, **more)


@pytest.fixture
def place(pictures: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """`request.param` photos a home, without scenarios of the replica."""
    options = Options(cache=pictures, photos=(request.param, request.param), kinds=frozenset(), width=480)
    with (
        running(options) as replica,
        InterceptingProxy(replica.url) as proxy,
        FaultServer(host="127.0.0.2") as private,
    ):
        yield Place(replica, proxy, private)


def target(url: str) -> str:
    """The request target of a URL."""
    return "/" + url.partition("://")[2]


def photos(store: Path) -> dict[str, str]:
    """Target of each photo -> its state, and the reason where there is one."""
    return {target(url): f"{state}: {why}" if why else state for url, state, why in crawls.rows(store, PHOTOS)}


def files(store: Path) -> dict[str, list[str]]:
    """Target of each photo -> those of all its files."""
    found = crawls.rows(store, "SELECT url, fallbacks FROM photos")
    return {target(url): [target(file) for file in (url, *json.loads(fallbacks))] for url, fallbacks in found}


def visits(store: Path) -> dict[str, str]:
    """Address -> outcome, and the reason where there is one."""
    return {address: f"{outcome}: {why}" if why else outcome for address, outcome, why in crawls.rows(store, VISITS)}


def assert_mended(place: Place, store: Path, plain: Path, address: str) -> None:
    """Failed photos and visits are requested again and end as without faults."""
    place.proxy.faults.clear()
    assert crawls.scrapy("retry", store).code == 0
    assert place.crawl(store, address, refresh_days=0).code == 0
    assert differences(state(plain), state(store)) == []


@pytest.mark.parametrize("place", [30], indirect=True)
def test_photos_fail_with_their_reason_and_the_others_are_stored(place: Place, tmp_path: Path) -> None:
    plain, hit = tmp_path / "plain", tmp_path / "hit"
    place.crawl(plain, HOME)
    wanted = PHOTO_FAULTS | dict.fromkeys(place.redirects(), "unsafe_target")
    targets = sorted(photos(plain))
    assert len(targets) == 30
    planted = dict(zip(targets, wanted, strict=False))
    # Every file of a photo has the fault: another file would replace it.
    place.proxy.faults = {file: fault for one, fault in planted.items() for file in files(plain)[one]}
    result = place.crawl(hit, HOME, SETTINGS)
    assert "Traceback" not in result.output
    failed = {one: f"failed: {wanted[fault]}" for one, fault in planted.items()}
    assert len(failed) == len(wanted)
    assert photos(hit) == dict.fromkeys(targets, "stored") | failed
    assert place.private.log.connections == []
    assert_mended(place, hit, plain, HOME)


@pytest.mark.parametrize("place", [2], indirect=True)
def test_pages_end_their_visits_with_a_reason_and_the_others_continue(place: Place, tmp_path: Path) -> None:
    plain, hit, street = tmp_path / "plain", tmp_path / "hit", "; ".join(STREET)
    place.crawl(plain, street)
    wanted = PAGE_FAULTS | dict.fromkeys(place.redirects(), "error: unsafe_target")
    pages = dict(sorted(crawls.rows(plain, PAGES)))
    assert len(pages) == len(STREET) > len(wanted)
    ends = dict(zip(STREET, wanted.items(), strict=False))
    place.proxy.faults = {target(pages[home]): fault for home, (fault, _) in ends.items()}
    result = place.crawl(hit, street, SETTINGS)
    assert result.code == 1
    assert "Traceback" not in result.output
    assert visits(hit) == dict.fromkeys(STREET, "ok") | {home: end for home, (_, end) in ends.items()}
    assert place.private.log.connections == []
    kept = hit / "metadata" / "unread" / "zillow"
    assert len(list(kept.iterdir())) == 2, "the pages that nobody understands"
    for path in kept.iterdir():
        path.unlink()
    kept.rmdir()
    kept.parent.rmdir()
    assert_mended(place, hit, plain, street)


def renamed(*names: str) -> Edit:
    """A layout change: these fields have other names now."""

    def edit(body: bytes) -> bytes:
        after = body
        for name in names:
            for quote in (b'"', b'\\"'):
                after = after.replace(quote + name.encode() + quote, quote + b"new-" + name.encode() + quote)
        assert after != body
        return after

    return edit


LAYOUTS = {
    "error: not_understood:photos": renamed(
        "responsivePhotosOriginalRatio", "responsivePhotos", "originalPhotos", "photos"
    ),
    "error: not_understood:zpid": renamed("zpid"),
    "error: not_understood:address": renamed("streetAddress"),
    "error: not_understood:property": renamed("property"),
    "error: not_understood:gdpClientCache": renamed("gdpClientCache"),
    "error: not_understood:pageProps": renamed("pageProps"),
    "error: not_understood:__NEXT_DATA__": lambda body: body.replace(b"__NEXT_DATA__", b"__NEXT_STATE__"),
}


@pytest.mark.parametrize("place", [4], indirect=True)
def test_a_changed_layout_is_reported_and_a_foreign_photo_is_skipped(place: Place, tmp_path: Path) -> None:
    plain, hit, homes = tmp_path / "plain", tmp_path / "hit", STREET[: len(LAYOUTS) + 1]
    place.crawl(plain, "; ".join(homes))
    pages = dict(sorted(crawls.rows(plain, PAGES)))
    place.proxy.edits = {target(pages[home]): edit for home, edit in zip(homes, LAYOUTS.values(), strict=False)}
    known = set(photos(plain))
    place.proxy.edits[target(pages[homes[-1]])] = foreign_photo(sorted(known), f"127.0.0.2:{place.private.port}")
    result = place.crawl(hit, "; ".join(homes), SETTINGS)
    assert "Traceback" not in result.output
    assert visits(hit) == dict(zip(homes, [*LAYOUTS, "ok"], strict=True))
    assert len(list((hit / "metadata" / "unread" / "zillow").iterdir())) == len(LAYOUTS)
    assert crawls.rows(hit, "SELECT refused FROM listings") == [('[["foreign_host", 1]]',)]
    assert len(photos(hit)) == 3
    assert "1 fewer than the page claims" in crawls.scrapy("status", hit).output
    assert place.private.log.connections == []


def foreign_photo(known: list[str], host: str) -> Edit:
    """A page one of whose photos is on another host."""

    def edit(body: bytes) -> bytes:
        own = next(name for name in (one.partition("-")[0].encode() for one in known) if name in body)
        return body.replace(own, own.replace(b"/photos.zillowstatic.com", b"/" + host.encode()))

    return edit

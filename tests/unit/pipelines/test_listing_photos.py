"""A listing's photos and a source's responses: alternative files, failures with a reason, refusals."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError

from phx_scraper.downloader.exceptions import RefusedResponse, SourceBlocked
from phx_scraper.errors import BadPhoto, DiskFull, Refused, StorageError
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo, PhotoCounts, Variant
from phx_scraper.model.visit import VisitLease
from phx_scraper.pipelines.listing_photos import ListingPhotos
from phx_scraper.run.circuit_breaker import SourceFailure
from phx_scraper.run.photo_denials import PhotoDenials
from phx_scraper.run.resources import stop_reason
from phx_scraper.storage.catalogue import photos
from phx_scraper.storage.catalogue.photo_counts import photo_totals

CDN = "photos.zillowstatic.com"
Fault = Callable[[], Exception]


def bad(reason: str) -> Fault:
    return lambda: BadPhoto(reason)


def wall(reason: str = "forbidden", retry_after: float | None = None) -> Fault:
    return lambda: RefusedResponse(reason, "", retry_after)


class FakeBreakers:
    """Notes what the source's breaker is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, float]] = []
        self.good_hosts: list[str] = []

    async def record_success(self, source: str, kind: str, host: str) -> None:
        self.good_hosts.append(host)

    async def record_failure(self, source: str, kind: str, trouble: SourceFailure, host: str) -> None:
        assert (source, kind, host) == ("zillow", "photo", CDN)
        await asyncio.sleep(0)
        self.told.append((trouble.what, trouble.reason, trouble.retry_after))


class FakeCrawl:
    """As much of a crawl as a gallery looks at, and the hands that fetch: `faults` are by file."""

    def __init__(self, faults: Mapping[str, Fault], lanes: int, stored_before: int = 0) -> None:
        self.faults, self.permits = faults, asyncio.Semaphore(lanes)
        self.photo_denials = PhotoDenials(3)
        self.breakers = FakeBreakers()
        self.photo_refusals: dict[tuple[str, str], Refused] = {}
        self.stopped = ""
        self.counts: Counter[str] = Counter()
        self.asked: list[str] = []
        self.brought: list[str] = []
        self.stored_before = stored_before

    @property
    def stopping(self) -> bool:
        return bool(self.stopped)

    def stop_for(self, error: StorageError) -> None:
        self.stopped = stop_reason(error)

    def count(self, key: str) -> None:
        self.counts[key] += 1

    async def read(self, function: Callable[..., Any], *_args: Any) -> PhotoCounts:
        assert function is photo_totals
        return PhotoCounts(stored=self.stored_before + len(self.brought))

    async def write(self, function: Callable[..., Any], *_args: Any) -> bool:
        assert function is photos.fail
        return True

    def requests_of(self, photo: Photo, item: ListingItem) -> list[Request]:
        return [Request(url) for url in (photo.url, *photo.fallbacks)]

    async def bring_home(self, request: Request, photo: Photo, item: ListingItem) -> Photo:
        name = request.url.rpartition("/")[2]
        self.asked.append(name)
        await asyncio.sleep(0)
        if name in self.faults:
            raise self.faults[name]()
        self.brought.append(photo.key)
        return replace(photo, state="stored")


def listing(count: int) -> ListingItem:
    """Photos 1 to `count`, each with files such as 1a, 1b, 1c, best first."""
    photos = []
    for number in range(1, count + 1):
        urls = [f"https://{CDN}/{number}{letter}" for letter in "abc"]
        photos.append(Photo(str(number), number, urls[0], variants=tuple(map(Variant, urls)), photo_id=number))
    listing = Listing("zillow", "https://www.zillow.com/x", "a", {}, "for_sale", None, None, tuple(photos))
    return ListingItem(VisitLease("hash", "a", "a", "zillow", "r", "h", 1, needs_page=True), listing)


def collected(
    faults: Mapping[str, Fault], count: int = 1, lanes: int = 1, stored_before: int = 0
) -> tuple[Any, list[str]]:
    """The fake crawl after a gallery, and how its photos stand."""

    async def run() -> tuple[Any, list[str]]:
        crawl, item = FakeCrawl(faults, lanes, stored_before), listing(count)
        photos = await ListingPhotos(crawl, crawl, item).collect()  # type: ignore[arg-type]
        return crawl, [f"{photo.state}: {photo.reason}" if photo.reason else photo.state for photo in photos]

    return asyncio.run(run())


def every_file(photo: int, fault: Fault) -> dict[str, Fault]:
    return {f"{photo}{letter}": fault for letter in "abc"}


@pytest.mark.parametrize(
    "fault",
    [
        *(bad(f"http_{status}") for status in (400, 403, 404, 410, 415)),
        *(bad(reason) for reason in ("too_many_pixels", "too_large", "truncated", "not_image", "html", "empty")),
        *(bad(reason) for reason in ("unsupported_format", "decode_error", "decoder_timeout", "decoder_crash")),
        DownloadCancelledError,
        wall("forbidden"),
        wall("captcha"),
    ],
)
def test_the_next_file_replaces_an_unusable_one(fault: Fault) -> None:
    crawl, states = collected({"1a": fault})
    assert states == ["stored"]
    assert crawl.asked == ["1a", "1b"]
    assert crawl.breakers.told == []


@pytest.mark.parametrize("reason", ["http_500", "http_503", "http_429", "flat", "too_small"])
def test_no_other_file_is_requested_where_it_cannot_help(reason: str) -> None:
    crawl, states = collected({"1a": bad(reason)})
    assert (states, crawl.asked) == ([f"failed: {reason}"], ["1a"])


def test_download_failures_have_a_reason_and_count_for_the_breaker() -> None:
    crawl, states = collected({"1a": DownloadTimeoutError})
    assert (states, crawl.asked) == (["failed: timeout"], ["1a"])
    assert crawl.breakers.told == [("failure", "timeout", 0.0)]


@pytest.mark.parametrize(
    ("first", "second", "third", "named"),
    [
        ("too_many_pixels", "http_404", "too_small", "too_many_pixels"),
        ("http_403", "http_404", "http_404", "http_403"),
        ("http_404", "http_410", "flat", "http_404"),
        ("http_404", "http_503", "", "http_503"),
    ],
)
def test_the_failure_of_the_best_file_that_may_still_come_is_named(
    first: str, second: str, third: str, named: str
) -> None:
    faults = {f"1{letter}": bad(reason) for letter, reason in zip("abc", (first, second, third), strict=True) if reason}
    _, states = collected(faults)
    assert states == [f"failed: {named}"]


def test_after_a_refusal_one_more_file_is_requested_and_not_all() -> None:
    crawl, states = collected(every_file(1, wall("captcha")))
    assert (states, crawl.asked) == (["failed: captcha"], ["1a", "1b"])
    assert crawl.breakers.told == []
    assert crawl.photo_refusals == {}


@pytest.mark.parametrize("fault", [bad("http_403"), wall("forbidden"), wall("captcha")])
@pytest.mark.parametrize("lanes", [1, 4])
def test_denials_of_several_photos_in_a_row_are_a_refusal(fault: Fault, lanes: int) -> None:
    faults = {name: fault for number in range(1, 11) for name in every_file(number, fault)}
    crawl, states = collected(faults, 10, lanes)
    assert states == ["pending"] * 10, "they are asked for again"
    assert len({name[:-1] for name in crawl.asked}) <= 3 + lanes, "the others were left in peace"
    assert list(crawl.photo_refusals) == [("hash", "zillow")]
    assert [what for what, _, _ in crawl.breakers.told] == ["refusal"]


def test_after_three_refusals_no_further_file_of_photos_in_flight_is_requested() -> None:
    faults = {name: wall("forbidden") for number in range(1, 17) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 16, 16)
    assert states == ["pending"] * 16
    assert len([name for name in crawl.asked if not name.endswith("a")]) <= 2


@pytest.mark.parametrize("lanes", [1, 8])
def test_consecutive_missing_photos_at_the_end_are_no_refusal(lanes: int) -> None:
    faults = {name: bad("http_403") for number in range(3, 9) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 8, lanes)
    assert states == ["stored"] * 2 + ["failed: http_403"] * 6
    assert (crawl.photo_refusals, crawl.breakers.told) == ({}, [])


def test_missing_photos_alone_in_a_retry_are_no_refusal() -> None:
    faults = {name: bad("http_403") for number in range(1, 6) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 5, stored_before=20)
    assert states == ["failed: http_403"] * 5
    assert (crawl.photo_refusals, crawl.breakers.told) == ({}, [])


def test_refusals_from_the_middle_on_are_a_refusal() -> None:
    faults = {name: wall("captcha") for number in range(3, 9) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 8)
    assert states == ["stored"] * 2 + ["pending"] * 6
    assert crawl.breakers.told == [("refusal", "captcha", 0.0)]
    assert len({name[0] for name in crawl.asked}) == 5


@pytest.mark.parametrize("lanes", [1, 8])
def test_missing_photos_among_good_ones_are_no_refusal(lanes: int) -> None:
    faults = {name: bad("http_403") for number in (1, 2, 4, 6) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 6, lanes)
    failed = "failed: http_403"
    assert states == [failed, failed, "stored", failed, "stored", failed]
    assert crawl.photo_refusals == {}
    assert crawl.breakers.told == []


def test_a_picture_in_flight_disproves_a_refusal_and_the_rest_is_requested() -> None:
    faults = {name: bad("http_403") for number in (1, 2, 3) for name in every_file(number, bad(""))}
    crawl, states = collected(faults, 12, lanes=8)
    assert states == ["failed: http_403"] * 3 + ["stored"] * 9
    assert crawl.photo_refusals == {}


def test_a_refusal_of_the_client_ends_the_visit_at_once() -> None:
    crawl, states = collected({"2a": wall("rate_limited", 7200.0)}, 6)
    assert states == ["stored"] + ["pending"] * 5
    assert crawl.asked == ["1a", "2a"]
    assert crawl.breakers.told == [("refusal", "rate_limited", 7200.0)]
    assert crawl.photo_refusals["hash", "zillow"].retry_after == 7200.0


def test_missing_photos_are_valid_responses() -> None:
    crawl, _ = collected(every_file(1, bad("http_404")))
    assert set(crawl.breakers.good_hosts) == {CDN}


@pytest.mark.parametrize("reason", ["html", "empty", "not_image"])
def test_a_body_that_is_no_picture_is_no_failure_of_the_source(reason: str) -> None:
    crawl, _ = collected(every_file(1, bad(reason)))
    assert (crawl.breakers.good_hosts, crawl.breakers.told) == ([], [])


@pytest.mark.parametrize(("fault", "stopped"), [(lambda: DiskFull("x"), "disk"), (lambda: SourceBlocked("x"), "")])
def test_own_failures_leave_photos_pending(fault: Fault, stopped: str) -> None:
    crawl, states = collected({"1a": fault})
    assert (states, crawl.stopped) == (["pending"], stopped)


@pytest.mark.parametrize("retry_after", [None, 1.0])
def test_photos_that_are_refused_at_once_all_stay_pending(retry_after: float | None) -> None:
    crawl, photos = collected({f"{n}a": wall("rate_limited", retry_after) for n in (1, 2, 3)}, count=3, lanes=3)
    assert photos == ["pending"] * 3
    assert crawl.photo_refusals["hash", "zillow"].reason == "rate_limited"

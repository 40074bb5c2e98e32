"""Transient failures are retried, by the same command or after `scrapy retry`; permanent ones are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.baseline import state
from tests.integration.crawls import rows, scrapy
from tests.integration.transient_helpers import HOUR, TransientStore, transient_store
from tests.snapshot import differences

CDN = "photos.zillowstatic.com"


@pytest.fixture
def six(tmp_path: Path, pictures: Path) -> Iterator[TransientStore]:
    """Homes of six photos each."""
    with transient_store(tmp_path / "store", pictures) as made:
        yield made


def assert_whole(six: TransientStore) -> None:
    assert differences(state(six.store.parent / "aside"), state(six.store)) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("/status?code=503", "http_503"), ("/later", "html"), ("/ok?size=0", "empty"), ("/short", "cut_short")],
)
def test_one_transient_photo_is_retried_without_its_page(six: TransientStore, fault: str, reason: str) -> None:
    files = six.photo_files()
    six.inject_fault(files[2:3], fault)
    first = six.crawl()
    assert (first.code, six.visits()) == (0, ["ok"])
    assert six.photos() == ["stored"] * 2 + [f"failed: {reason}"] + ["stored"] * 3
    assert f"1 failed ({reason})" in first.output
    assert "1 photo may still come: run this again after" in first.output
    six.proxy.faults.clear()
    six.crawl()
    assert six.asked() == [], "it was asked again before its rest"
    six.advance_time(HOUR)
    again = six.crawl()
    assert six.asked() == files[2][:1], "only the photo's best file"
    assert "(6 photos)" in again.output
    assert_whole(six)


def test_a_home_whose_photos_all_failed_is_retried(six: TransientStore) -> None:
    six.inject_fault(six.photo_files(), "/later")
    assert six.crawl().code == 1
    assert six.visits() == ["error: no_photo_usable"]
    assert six.photos() == ["failed: html"] * 6
    six.proxy.faults.clear()
    six.advance_time(HOUR)
    assert six.crawl().code == 0
    assert len(six.asked(CDN)) == 6
    assert_whole(six)


@pytest.mark.parametrize("fault", ["/later", "/status?code=404"])
def test_retry_requests_every_failed_photo_immediately(six: TransientStore, fault: str) -> None:
    six.inject_fault(six.photo_files(), fault)
    assert six.crawl().code == 1
    six.proxy.faults.clear()
    assert scrapy("retry", six.store).output.startswith("1 visit and 6 photos are asked for again by the next crawl.")
    assert six.crawl().code == 0
    assert len(six.asked(CDN)) == 6
    assert_whole(six)


def test_a_missing_photo_is_not_requested_again(six: TransientStore) -> None:
    files = six.photo_files()
    six.inject_fault(files[:1], "/status?code=404")
    gone = six.crawl()
    assert gone.code == 0
    assert six.photos()[0] == "failed: http_404"
    assert "may still come" not in gone.output
    six.advance_time(HOUR)
    assert six.crawl().code == 0
    assert six.asked() == []
    assert scrapy("retry", six.store).output.startswith("0 visits and 1 photo is asked for again")


def test_a_picture_whose_refresh_failed_stays_and_is_reported(six: TransientStore) -> None:
    files = six.photo_files()
    six.crawl()
    six.inject_fault(files[:1], "/status?code=503")
    output = six.crawl(force=1).output
    assert "ok (6 photos, 1 not renewed (http_503))" in output
    assert six.photos()[0] == "stored: http_503"


def test_a_failed_photo_of_an_earlier_run_is_reported_when_the_page_is_read_again(six: TransientStore) -> None:
    files = six.photo_files()
    six.inject_fault(files[:1], "/status?code=404")
    six.crawl()
    assert "6 photos, 1 failed (http_404)" in six.crawl(refresh_days=0).output


def test_a_refused_trial_after_retry_requests_one_home_and_is_reported(six: TransientStore) -> None:
    six.photo_files(4)
    pages = [f"/{url.partition('://')[2]}" for (url,) in rows(six.store.parent / "aside", "SELECT url FROM listings")]
    six.proxy.faults = dict.fromkeys(pages, "/block")
    six.crawl(4)
    assert sorted(six.visits()) == ["blocked: captcha"] * 3 + ["pending"]
    told = scrapy("retry", six.store).output
    assert "3 visits and 0 photos are asked for again" in told
    assert "zillow was left alone: it is tried with one home" in told
    refused = six.crawl(4)
    assert len([page for page in six.asked() if page in pages]) == 1
    assert "zillow is left alone until" in refused.output
    scrapy("retry", six.store)
    six.proxy.faults.clear()
    assert six.crawl(4).code == 0
    assert six.visits() == ["ok"] * 4


def test_other_files_replace_an_unusable_best_file(six: TransientStore) -> None:
    files = six.photo_files()
    for photo, fault in zip(files, ("/status?code=404", "/denied", "/later", "/block", "/ok?size=0"), strict=False):
        six.proxy.faults[photo[0]] = fault
    assert six.crawl().code == 0
    assert six.photos() == ["stored"] * 6
    assert {photo[1] for photo in files[:5]} <= set(six.asked())


def test_one_denied_photo_is_a_missing_file(six: TransientStore) -> None:
    six.inject_fault(six.photo_files()[3:4], "/denied")
    assert six.crawl().code == 0
    assert (six.visits(), six.photos()[3]) == (["ok"], "failed: http_403")


@pytest.mark.parametrize(("fault", "reason"), [("/block", "captcha"), ("/denied", "forbidden")])
def test_refused_photos_stay_pending_and_the_source_is_blocked(six: TransientStore, fault: str, reason: str) -> None:
    six.inject_fault(six.photo_files(4), fault)
    first = six.crawl(4)
    assert first.code == 1
    assert sorted(six.visits()) == [f"blocked: {reason}"] * 3 + ["pending"]
    assert set(six.photos()) == {"pending"}
    assert f"after 3 refusals in a row ({reason} at {CDN})" in first.output
    six.proxy.faults.clear()
    six.advance_time(HOUR)
    assert six.crawl(4).code == 0
    assert_whole(six)


@pytest.mark.parametrize("of", ["page", "photo"])
def test_a_long_retry_after_applies_to_the_whole_source(six: TransientStore, of: str) -> None:
    files = six.photo_files(4)
    pages = [f"/{url.partition('://')[2]}" for (url,) in rows(six.store.parent / "aside", "SELECT url FROM listings")]
    spoiled = pages if of == "page" else [file for photo in files for file in photo]
    six.proxy.faults = dict.fromkeys(spoiled, "/status?code=429&retry_after=7200")
    said = six.crawl(4, {"PHX_CONCURRENT_HOMES": 3}).output
    # Requests in flight when the first response arrives cannot be cancelled: twice eight photos without delay.
    assert len([page for page in six.asked() if page in pages]) <= 3
    assert len(six.asked(CDN)) <= 16
    (until,) = set(re.findall(r"zillow is left alone until (.+?) after", said))
    assert re.findall(r"when you run this after (.+?) \(in", said) in ([], [until])
    ((rest,),) = rows(six.store, "SELECT retry_after FROM breakers")
    assert rest == 7200
    six.proxy.faults.clear()
    six.advance_time(7200)
    assert six.crawl(4).code == 0
    assert_whole(six)

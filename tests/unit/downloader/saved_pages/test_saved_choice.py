"""Several saves of one home: which is used first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from phx_scraper.downloader.saved_pages import SavedPage
from phx_scraper.downloader.saved_pages.choice import best_first
from phx_scraper.downloader.saved_pages.html_saves import javascript_date
from phx_scraper.downloader.saved_pages.url_secrets import without_secrets

NOON = datetime(2026, 2, 14, 12, tzinfo=UTC)
PAGE = SavedPage("a", 0, "zillow", "home", "html", "u", NOON, ids={"zpid": "1"}, status="for_sale", photos=9)
LATER = NOON + timedelta(days=3)
BETTER = {
    "newer": (replace(PAGE, moment=NOON + timedelta(hours=1), photos=2), PAGE),
    "newer, of another status": (replace(PAGE, moment=LATER, status="sold"), PAGE),
    "whole": (PAGE, replace(PAGE, moment=LATER, partial=True)),
    "more, of files copied together": (PAGE, replace(PAGE, moment=NOON + timedelta(seconds=9), photos=0)),
    "a page, not an answer of that day": (PAGE, replace(PAGE, saved_as="json", moment=NOON + timedelta(hours=2))),
    "an answer of a later day": (replace(PAGE, saved_as="json", moment=LATER), PAGE),
    "the listing on the market": (PAGE, replace(PAGE, ids={"zpid": "2"}, status="sold", moment=LATER)),
    "the newer of two listings": (replace(PAGE, ids={"zpid": "2"}, moment=LATER), PAGE),
}


@pytest.mark.parametrize(("better", "worse"), BETTER.values(), ids=BETTER)
def test_better_page_is_used(better: SavedPage, worse: SavedPage) -> None:
    for named in (("a", "b"), ("b", "a")):
        first, second = replace(better, file=named[0]), replace(worse, file=named[1])
        assert best_first([first, second]) == best_first([second, first]) == (first, second)


def test_older_save_of_a_listing_that_left_the_market_is_not_preferred_to_its_newer_one() -> None:
    sold = replace(PAGE, moment=LATER, status="sold")
    other = replace(PAGE, ids={"zpid": "2"}, status="sold", moment=NOON + timedelta(days=1))
    assert best_first([PAGE, sold, other]) == (sold, other, PAGE)


DATES = {
    "Sat Feb 14 2026 10:22:33 GMT+0100 (Central European Standard Time)": datetime(2026, 2, 14, 9, 22, 33, tzinfo=UTC),
    "Sat Feb 14 2026 20:22:33 GMT-0700": datetime(2026, 2, 15, 3, 22, 33, tzinfo=UTC),
    "Sat Feb 14 2026 10:22:33 UTC": datetime(2026, 2, 14, 10, 22, 33, tzinfo=UTC),
    "Sat Feb 31 2026 10:22:33 GMT+0100": None,
    "2026-02-14": None,
    "": None,
}


@pytest.mark.parametrize(("text", "moment"), DATES.items())
def test_date_of_a_one_file_save(text: str, moment: datetime | None) -> None:
    assert javascript_date(text) == moment


ADDRESSES = {
    "https://user:pw@www.zillow.com/a/1_zpid/?token=x&utm=y#z": "https://www.zillow.com/a/1_zpid/",
    "https://www.redfin.com/stingray/x?propertyId=1&listingId=2&sid=3": (
        "https://www.redfin.com/stingray/x?propertyId=1&listingId=2"
    ),
    "http://localhost:8000/a?key=b": "http://localhost:8000/a",
    "javascript:alert(1)": "",
    "file:///home/x/a.html": "",
    "https://[::1/": "",
    "https://x:99999999/": "",
    "nothing": "",
}


@pytest.mark.parametrize(("url", "kept"), ADDRESSES.items())
def test_only_what_names_a_home_is_kept_of_an_address(url: str, kept: str) -> None:
    assert without_secrets(url) == kept

"""Dates count from the page's own day, by the response's `Date` header."""

from __future__ import annotations

from datetime import date

import pytest

from phx_scraper import pages
from phx_scraper.pages import page_day

from .fuzz_targets import fixture
from .page_shells import zillow_page

TODAY = date(2026, 3, 1)
ZURL = "https://www.zillow.com/homedetails/x/7654321_zpid/"
RURL = "https://www.redfin.com/AZ/Peoria/x-85345/home/27654321"
HOME = {
    "zpid": 7654321,
    "address": {"streetAddress": "1 W A St", "city": "Peoria", "state": "AZ", "zipcode": "85345"},
    "homeStatus": "FOR_SALE",
    "photoCount": 0,
    "daysOnZillow": 12,
}


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Sat, 14 Feb 2026 23:59:59 GMT", date(2026, 2, 14)),
        ("Sat, 14 Feb 2026 23:59:59 -0000", date(2026, 2, 14)),
        ("Sat, 14 Feb 2026 20:00:00 -0700", date(2026, 2, 15)),
        ("Mon, 09 Oct 2023 08:00:00 GMT", date(2023, 10, 9)),
        ("Mon, 02 Mar 2026 00:00:00 GMT", date(2026, 3, 2)),
        ("Tue, 03 Mar 2026 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Sat, 99 Feb 2026 23:59:59 GMT", None),
        ("Sat, 14 Feb 99999 23:59:59 GMT", None),
        ("yesterday", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_the_day_of_an_answer(sent: str, day: date | None) -> None:
    assert page_day(sent, TODAY) == day


@pytest.mark.parametrize("day", [date(2026, 2, 14), date(2023, 10, 9)])
def test_zillow_counts_back_from_the_pages_day(day: date) -> None:
    listing = pages.read("zillow", ZURL, zillow_page(HOME), day=day)
    assert listing.listing_date == date.fromordinal(day.toordinal() - 12).isoformat()


def test_redfin_counts_back_from_the_pages_day() -> None:
    body = fixture("redfin", "api-answer")
    dates = {day: pages.read("redfin", RURL, body, day=day).listing_date for day in (TODAY, date(2025, 10, 13))}
    assert dates[date(2025, 10, 13)] == "2025-10-03"
    assert dates[TODAY] == "2026-02-19"


def test_without_a_day_it_is_the_present_one() -> None:
    listing = pages.read("zillow", ZURL, zillow_page(HOME))
    assert listing.listing_date is not None
    assert 11 <= (date.today() - date.fromisoformat(listing.listing_date)).days <= 13


@pytest.mark.parametrize(
    ("source", "case", "url"),
    [
        ("phoenix_mls", "template-1", "https://phoenixmlssearch.com/mls/x-mls_6900123/"),
        ("maricopa_assessor", "sketches", "https://mcassessor.maricopa.gov/parcel/20011223/sketches/"),
    ],
)
def test_pages_that_count_no_days_read_the_same_on_every_day(source: str, case: str, url: str) -> None:
    body = fixture(source, case)
    assert pages.read(source, url, body, day=TODAY) == pages.read(source, url, body)


def test_a_posted_day_is_no_count() -> None:
    home = {**HOME, "datePostedString": "2026-01-05"}
    assert pages.read("zillow", ZURL, zillow_page(home), day=TODAY).listing_date == "2026-01-05"

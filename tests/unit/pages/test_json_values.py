"""Photo URLs and typed values: what is accepted, and what is read as absent."""

from __future__ import annotations

import pytest

from phx_scraper.pages.json_values import coordinates, count, iso_date, number, text
from phx_scraper.pages.photo_urls import owned_url


@pytest.mark.parametrize(
    "value",
    [
        "https://photos.zillowstatic.com.example.net/fp/a.jpg",
        "https://photos.zillowstatic.com@example.net/fp/a.jpg",
        "https://example.net/photos.zillowstatic.com/a.jpg",
        "https://photos.zillowstatic.com:8443/a.jpg",
        "https://photos.zillowstatic.com:x/a.jpg",
        "https://photos.zillowstatic.com/a b.jpg",
        "https://photos.zillowstatic.com/a\n.jpg",
        "https://photos.zillowstatic.com/\u202egpj.jpg",
        "https://photos.zillowstatic.com\\@example.net/a.jpg",
        "ftp://photos.zillowstatic.com/a.jpg",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "//127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[",
        "a" * 3000,
        "",
        None,
        7,
        ["https://photos.zillowstatic.com/a.jpg"],
    ],
)
def test_refused_photo_urls(value: object) -> None:
    assert owned_url("zillow", value) is None


@pytest.mark.parametrize(
    "value",
    [
        "https://photos.zillowstatic.com/fp/a.jpg",
        "http://photos.zillowstatic.com/fp/a.jpg#x",
        "//PHOTOS.zillowstatic.com/fp/a.jpg",
    ],
)
def test_accepted_photo_urls(value: str) -> None:
    assert owned_url("zillow", value) == "https://photos.zillowstatic.com/fp/a.jpg"


def test_texts_are_one_clean_line() -> None:
    assert text(" a\x00b\n\tc\u2028d\ud800e \x1b[31m") == "a b c de [31m"
    assert len(text("x" * 10_000)) == 300
    assert [text(value) for value in (None, True, 1.5, [], {}, 10**30, 42)] == ["", "", "", "", "", "", "42"]


def test_numbers() -> None:
    assert [number(value) for value in ("$475,000", "1,257 sqft", "-112.23", 3, 2.5)] == [
        475000.0,
        1257.0,
        -112.23,
        3.0,
        2.5,
    ]
    assert [number(value) for value in (None, True, "", "n/a", float("nan"), float("inf"), 10**400, [])] == [None] * 8
    assert [count(value) for value in (3, "3", 2.5, -1, 10**9, "x")] == [3, 3, None, None, None, None]


def test_dates_and_places() -> None:
    assert [iso_date(value) for value in ("2025-10-03T01:00", "2025-02-30", "03/10/2025", 20251003, None)] == [
        "2025-10-03",
        None,
        None,
        None,
        None,
    ]
    assert coordinates("33.5", -112) == {"latitude": 33.5, "longitude": -112.0}
    assert [coordinates(*pair) for pair in ((0, 0), (91, 1), (1, 181), (None, 1), ("x", 1))] == [{}] * 5

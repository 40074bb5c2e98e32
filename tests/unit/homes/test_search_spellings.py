"""Spellings for searches: each is of the same home, and no word of a street's name is changed."""

from __future__ import annotations

import pytest

from phx_scraper.homes import parse_address, same_home
from phx_scraper.homes.search_spellings import spellings, street_spellings

HOMES = [
    "4732 W Davis Rd, Glendale, AZ 85306",
    "15230 N 37th Way Unit 5, Phoenix, AZ 85032",
    "4137 W Cielo Grande, Glendale, AZ 85310",
    "407 N 31st Ave NW, Phoenix, AZ 85009",
    "123 1/2 S Saint Elias St, Mesa, AZ 85213",
]


def test_abbreviated_spelled_out_and_with_the_zip_alone() -> None:
    assert spellings(HOMES[0]) == (
        "4732 W Davis Rd, Glendale, AZ 85306",
        "4732 West Davis Road, Glendale, AZ 85306",
        "4732 W Davis Road, Glendale, AZ 85306",
        "4732 W Davis Rd, 85306",
    )
    assert street_spellings(HOMES[1]) == (
        "15230 N 37th Way",
        "15230 North 37th Way",
        "15230 37th",
        "15230 N 37th Way Unit 5",
    )


@pytest.mark.parametrize("home", HOMES)
def test_every_spelling_is_of_the_same_home(home: str) -> None:
    for text in spellings(home):
        assert same_home(home, text), text
    assert len(set(spellings(home))) == len(spellings(home))
    assert spellings(home)[0] == parse_address(home).canonical


def test_a_home_without_zip_or_city_has_fewer() -> None:
    assert all("85306" not in text for text in spellings("4732 W Davis Rd, Glendale, AZ"))
    assert "4732 W Davis Rd, 85306" in spellings("4732 W Davis Rd, 85306")

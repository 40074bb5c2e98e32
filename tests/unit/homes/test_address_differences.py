"""The one part in which two addresses differ; nothing for the same home and for one that differs in more."""

from __future__ import annotations

import pytest

from phx_scraper.homes.address_differences import only_difference

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("4732 W Davis Rd, Glendale, AZ 85308", "zip 85308 instead of 85306"),
        ("4732 W Davis Rd, Peoria, AZ 85381", "zip 85381 instead of 85306"),
        ("4734 W Davis Rd, Glendale, AZ 85306", "number 4734 instead of 4732"),
        ("4732 E Davis Rd, Glendale, AZ 85306", "direction E instead of W"),
        ("4732 W Davis Dr, Glendale, AZ 85306", "street type Dr instead of Rd"),
        ("4732 W David Rd, Glendale, AZ 85306", "street name David instead of Davis"),
        ("4732 W Davis Rd Unit 4, Glendale, AZ 85306", "unit 4 where none was asked"),
        ("4732 W Davis Rd, Peoria, AZ", "city Peoria instead of Glendale"),
        ("4732 Davis Rd, Glendale, AZ 85306", "direction missing instead of W"),
        ("4732 W Davis Rd NW, Glendale, AZ 85306", "direction behind the street NW where none was asked"),
        ("4732 E Davis Rd, Glendale", "direction E instead of W"),
        ("4732 W Davis Rd, Glendale, CA", "state CA instead of AZ"),
    ],
)
def test_the_part_that_differs_is_named(found: str, words: str) -> None:
    assert str(only_difference(HOME, found)) == words


@pytest.mark.parametrize(
    "found",
    [
        "4732 West Davis Road, Glendale, AZ 85306",
        "4732 W Davis Rd, Phoenix, AZ 85306",
        "4734 E Davis Rd, Glendale, AZ 85306",
        "4734 W Davis Rd, Glendale, AZ 85308",
        "Glendale",
        "",
    ],
)
def test_the_same_home_a_different_one_and_no_address_have_no_single_difference(found: str) -> None:
    assert only_difference(HOME, found) is None

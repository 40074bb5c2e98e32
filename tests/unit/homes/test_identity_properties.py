"""The catalogue's identity and the proof of pages agree for any two addresses; cities and order never matter."""

from __future__ import annotations

from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from phx_scraper.errors import AddressError
from phx_scraper.homes import identity_of, parse_address, read_addresses, same_home
from tests.unit.homes.spelling_groups import NEVER_SAME, SAME_THOUGH_LESS_SAID, SPELLINGS

STREETS = (
    "4732 W Zuni Rd", "4732 West Zuni Road", "4732 W Zuni Rd Unit 5", "4732 W Zuni Rd #005", "4732 W Zuni Rd Unit -",
    "4732 W Zuni Rd W", "4732 E Zuni Rd", "47 1/2 W Zuni Rd", "705 N Highway 87", "705 N AZ-87", "705 N US Highway 89",
    "705 N Highway 89", "2 Biltmore Est", "2 Biltmore Estates", "6602 W Ave Del Sol", "6602 W Avenida Del Sol",
)  # fmt: skip
PLACES = (
    ", Glendale, AZ 85306", ", Peoria, AZ 85306", ", 85306", ", Glendale, AZ", ", Glendale", ", Peoria", ", AZ 85301",
    ", Glendale, CA",
)  # fmt: skip
ADDRESS = st.builds(str.__add__, st.sampled_from(STREETS), st.sampled_from(PLACES))


def readable(text: str) -> bool:
    try:
        parse_address(text)
    except AddressError:
        return False
    return True


KNOWN = sorted(
    {text for group in (*SPELLINGS, *SAME_THOUGH_LESS_SAID, *NEVER_SAME) for text in group if readable(text)}
)


def test_identity_and_same_home_agree_wherever_both_addresses_have_a_zip() -> None:
    parsed = [(text, parse_address(text)) for text in KNOWN]
    with_zip = [(text, address) for text, address in parsed if address.zip][::3]
    wrong = [
        (a, b)
        for (a, first), (b, other) in combinations(with_zip, 2)
        if (identity_of(first) == identity_of(other)) != same_home(a, b)
    ]
    assert wrong == []


@settings(max_examples=400)
@given(a=ADDRESS, b=ADDRESS)
def test_identity_and_same_home_agree(a: str, b: str) -> None:
    first, other = parse_address(a), parse_address(b)
    one = identity_of(first) == identity_of(other)
    if one or (first.zip and other.zip):
        assert one == same_home(a, b)
    assert same_home(a, b) == same_home(b, a)


@settings(max_examples=200)
@given(rows=st.lists(ADDRESS, min_size=1, max_size=6), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows: list[str], order: object) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(rows) == outcome(shuffled)


def outcome(rows: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Homes by address and label, and what the rows that fit several homes say of themselves."""
    homes, errors = read_addresses(("full_address\n" + "".join(f'"{row}"\n' for row in rows)).encode())
    return sorted((home.address, home.property_hash) for home in homes), sorted(error.text for error in errors)


@settings(max_examples=200)
@given(
    street=st.sampled_from(STREETS), cities=st.lists(st.sampled_from(["Glendale", "Peoria", "Phoenix", ""]), min_size=1)
)
@example(street="6602 W Ave Del Sol", cities=["Glendale", ""])
def test_another_city_name_never_makes_a_second_home(street: str, cities: list[str]) -> None:
    homes, errors = read_addresses(
        ("street,city,zip\n" + "".join(f"{street},{city},85306\n" for city in cities)).encode()
    )
    assert errors == []
    assert len(homes) == 1

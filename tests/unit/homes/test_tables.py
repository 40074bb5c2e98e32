from __future__ import annotations

import pytest

from phx_scraper.homes import parse_address
from phx_scraper.homes.arizona_cities import ARIZONA_CITIES, LONGEST_CITY
from phx_scraper.homes.ordinals import as_ordinal, ordinal, ordinal_from_words
from phx_scraper.homes.street_types import EXPANSIONS, ROUTE_TYPES, STREET_TYPES, STRONG_TYPES
from phx_scraper.homes.usps import STATES, is_arizona_zip


def test_the_table_of_types_is_consistent() -> None:
    standards = set(STREET_TYPES.values())
    assert len(standards) > 195
    assert all(STREET_TYPES[standard] == standard for standard in standards)
    assert standards >= STRONG_TYPES
    assert standards >= ROUTE_TYPES
    assert all(STREET_TYPES[word] == abbreviation for abbreviation, word in EXPANSIONS.items())
    assert not {"ARC", "STA", "VIA", "UN", "EST", "COR", "ML"} & set(EXPANSIONS), "each is a word of real street names"
    assert not {"LA", "CR", "TRLR"} & set(STREET_TYPES)


def test_every_type_is_read_in_every_spelling() -> None:
    for spelling, standard in STREET_TYPES.items():
        address = parse_address(f"10 W Zuni {spelling}, Mesa, AZ 85201")
        assert (address.name, address.type) == ("Zuni", standard.capitalize()), spelling
        assert parse_address(address.canonical) == address


def test_every_state_is_read_by_code_and_name() -> None:
    assert len(set(STATES.values())) == 56  # with DC and the territories
    for spelling, code in STATES.items():
        assert parse_address(f"10 W Main St, Springfield, {spelling.title()} 12345").state == code, spelling


def test_every_city_is_found_without_commas() -> None:
    assert LONGEST_CITY == 4
    for city in ARIZONA_CITIES:
        found = parse_address(f"10 W Zuni Dr {city.title()} AZ 85001").city
        assert found.upper() == city


def test_ordinals_are_spelled_and_read() -> None:
    spelled = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 113)]
    assert " ".join(spelled) == "1ST 2ND 3RD 4TH 11TH 12TH 13TH 21ST 22ND 23RD 101ST 111TH 113TH"
    assert as_ordinal("37ST") == "37TH"
    assert as_ordinal("037") == "37TH"
    assert as_ordinal("37A") is None
    assert as_ordinal("0") is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("FIRST", "1ST"),
        ("TWELFTH", "12TH"),
        ("TWENTIETH", "20TH"),
        ("THIRTY SEVENTH", "37TH"),
        ("THIRTYSEVENTH", "37TH"),
        ("NINETY NINTH", "99TH"),
        ("ONE HUNDRED FIFTH", "105TH"),
        ("ONE HUNDRED AND FIFTH", "105TH"),
        ("TWO HUNDRED THIRTY FOURTH", "234TH"),
        ("THIRTY", None),
        ("SEVENTH THIRTY", None),
        ("THIRTY TWENTIETH", None),
        ("SEVENTH DAY", None),
        ("ONE HUNDRED", None),
        ("", None),
    ],
)
def test_number_words(words: str, expected: str | None) -> None:
    assert ordinal_from_words(words.split()) == expected


def test_arizona_zips() -> None:
    assert [is_arizona_zip(text) for text in ("85001", "86556", "84999", "86600", "", "850")] == [
        True,
        True,
        *[False] * 4,
    ]

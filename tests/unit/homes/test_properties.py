from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from phx_scraper.errors import AddressError, UsageError
from phx_scraper.homes import (
    Home,
    RowError,
    address_from_slug,
    canonical,
    parse_address,
    parse_inline,
    property_hash,
    read_addresses,
    same_home,
    slug,
)
from phx_scraper.homes.arizona_cities import ARIZONA_CITIES
from phx_scraper.homes.street_types import STREET_TYPES
from phx_scraper.homes.usps import DIRECTIONS, LEVEL_DESIGNATORS, STATES, UNIT_DESIGNATORS

# Words that mean something to the parser, in any order: far likelier to confuse it than random letters.
TRICKY = (
    "12,4732,37TH,37,ST,1/2,#,5,5B,A,US,USA,85306,85306-1234,AND,MC,VIA,EL,DAVIS,CIELO,GRANDE,THIRTY,SEVENTH,AVENUE,"
    "BLDG,REAR,PH,LOT,COUNTY,8530,US-60,O'NEIL,N.E.,½"
)
TABLES = (DIRECTIONS, UNIT_DESIGNATORS, STATES, STREET_TYPES, ARIZONA_CITIES)
WORDS = st.sampled_from([",", *TRICKY.split(","), *(word for table in TABLES for word in sorted(table))])
SOUP = st.lists(WORDS, max_size=12).map(" ".join)
TAIL = st.sampled_from(
    ["", ", Mesa, AZ 85201", " Mesa AZ 85201", ", AZ 85201", ", Sun City West", " 85201", ", Salem, OR 97301"]
)
LIKELY = st.builds(lambda head, tail: f"4732 {head}{tail}", SOUP, TAIL)

WORD = st.text(string.ascii_letters, min_size=3, max_size=9).map(str.title).filter(
    lambda word: word.upper() not in {*STREET_TYPES, *DIRECTIONS, *STATES, *UNIT_DESIGNATORS, *LEVEL_DESIGNATORS}
)  # fmt: skip
SPELLINGS_OF_DIRECTION = {"N": ["N", "n", "N.", "North", "NORTH"], "W": ["W", "w.", "West", "west"], "": [""]}


@settings(max_examples=600)
@given(st.one_of(LIKELY, SOUP, st.text(max_size=60)))
def test_only_address_errors_are_raised_and_the_canonical_form_is_stable(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError:
        assert not same_home(text, text)
        return
    assert parse_address(address.canonical) == address
    assert property_hash(canonical(text)) == property_hash(text)
    assert same_home(text, address.canonical)
    assert set(slug(text)) <= set(string.ascii_lowercase + string.digits + "-")


@settings(max_examples=200)
@given(st.one_of(SOUP.map(lambda text: text.replace(" ", "-")), st.text(max_size=60)))
def test_a_slug_gives_an_address_or_an_address_error(text: str) -> None:
    try:
        address = address_from_slug(text)
    except AddressError:
        return
    assert parse_address(address.canonical) == address


@settings(max_examples=300)
@given(
    number=st.integers(1, 99999),
    direction=st.sampled_from(["N", "W", ""]),
    words=st.lists(WORD, min_size=1, max_size=3),
    kind=st.sampled_from(sorted(set(STREET_TYPES.values()) - {"VIA"})),
    city=st.sampled_from(sorted(ARIZONA_CITIES)),
    zip_code=st.integers(85001, 86556),
    data=st.data(),
)
def test_spellings_of_a_home_have_one_hash(
    number: int, direction: str, words: list[str], kind: str, city: str, zip_code: int, data: st.DataObject
) -> None:
    name = " ".join(words)
    plain = " ".join(f"{number} {direction} {name} {kind}".split()) + f", {city}, AZ {zip_code}"
    spelled_kind = data.draw(st.sampled_from([word for word, standard in STREET_TYPES.items() if standard == kind]))
    spelled_direction = data.draw(st.sampled_from(SPELLINGS_OF_DIRECTION[direction]))
    space = data.draw(st.sampled_from([" ", "  ", "\u00a0", "\u2009", "\t"]))
    comma = data.draw(st.sampled_from([", ", ",", " , "]))
    state = data.draw(st.sampled_from(["AZ", "Az", "Arizona", "ARIZ."]))
    end = data.draw(st.sampled_from(["", "-1234", ", USA", " "]))
    street = " ".join(f"{number} {spelled_direction} {name} {spelled_kind}".split()).replace(" ", space)
    spelled = f"{street}{comma}{city}{comma}{state} {zip_code}{end}"
    change_case = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))
    assert property_hash(change_case(spelled)) == property_hash(plain)
    assert same_home(change_case(spelled), plain)


@settings(max_examples=200)
@given(number=st.integers(1, 9999), other=st.integers(1, 9999), words=st.lists(WORD, min_size=1, max_size=2))
def test_another_number_is_another_home(number: int, other: int, words: list[str]) -> None:
    tail = f"W {' '.join(words)} Rd, Mesa, AZ 85201"
    assert same_home(f"{number} {tail}", f"{other} {tail}") == (number == other)


@settings(max_examples=150)
@given(a=st.sampled_from(sorted(STREET_TYPES)), b=st.sampled_from(sorted(STREET_TYPES)))
def test_another_type_is_another_home(a: str, b: str) -> None:
    same = same_home(f"10 W Zuni {a}, Mesa, AZ 85201", f"10 W Zuni {b}, Mesa, AZ 85201")
    assert same == (STREET_TYPES[a] == STREET_TYPES[b])


@settings(max_examples=300)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"full_address\n", b"street,city,zip\n", b"\xef\xbb\xbfstreet;zip\r\n"]),
)
def test_any_bytes_give_homes_row_errors_or_one_usage_error(data: bytes, header: bytes) -> None:
    message = ""
    homes: list[Home] = []
    errors: list[RowError] = []
    try:
        homes, errors = read_addresses(header + data)
    except UsageError as error:
        message = str(error)
    assert bool(message) != bool(homes or errors)
    assert message.isprintable()
    rows = [row for home in homes for row in home.rows] + [error.row for error in errors]
    assert len(rows) == len(set(rows))
    assert all(error.reason and (error.reason + error.text).isprintable() for error in errors)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=80), st.lists(LIKELY, max_size=4).map(";".join)))
def test_any_inline_text_gives_homes_row_errors_or_one_usage_error(text: str) -> None:
    try:
        homes, errors = parse_inline(text)
    except UsageError:
        assert not text.replace(";", "").strip()
        return
    assert homes or errors

"""Typing errors in addresses are found, whatever part they are in, and nothing else is."""

from __future__ import annotations

import random
import string
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phx_scraper.homes.near_addresses import near_addresses

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


@pytest.mark.parametrize(
    "other",
    [
        "4733 W Davis Rd, Glendale, AZ 85306",  # another digit
        "4723 W Davis Rd, Glendale, AZ 85306",  # two swapped
        "47321 W Davis Rd, Glendale, AZ 85306",  # one more
        "473 W Davis Rd, Glendale, AZ 85306",  # one less
        "4732 W Daves Rd, Glendale, AZ 85306",
        "4732 W Daviss Rd, Glendale, AZ 85306",
        "4732 W Davis Rd, Glendael, AZ 85306",
        "4732 W Davis Rd, Glendale, AZ 85308",
        "4732 E Davis Rd, Glendale, AZ 85306",
        "4732 Davis Rd, Glendale, AZ 85306",  # a direction less
    ],
)
def test_one_typing_error_is_found(other: str) -> None:
    assert list(near_addresses([HOME, other])) == [(HOME, other)]
    assert list(near_addresses([other, HOME])) == [(other, HOME)]


@pytest.mark.parametrize(
    "other",
    [
        HOME,
        HOME.upper(),
        "4751 W Davis Rd, Glendale, AZ 85306",  # two digits
        "4733 W Daves Rd, Glendale, AZ 85306",  # two errors
        "2347 W Davis Rd, Glendale, AZ 85306",  # the same digits
        "4732 W Davis Rd Unit 5, Glendale, AZ 85306",
        "4732 SW Davis Ln, Glendale, AZ 85306",
    ],
)
def test_more_than_one_is_not(other: str) -> None:
    assert list(near_addresses([HOME, other])) == []


def test_only_pairs_with_a_doubtful_one() -> None:
    row = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4730, 4740)]
    assert len(list(near_addresses(row))) == 45
    pairs = list(near_addresses(row, {row[2]}))
    assert len(pairs) == 9
    assert all(row[2] in pair for pair in pairs)
    assert list(near_addresses(row, set())) == []


def distance(a: str, b: str) -> int:
    """Edits between two words, swaps of neighbours among them, by the whole table (Wagner and Fischer)."""
    rows = {(-1, -1): 0} | {(i, -1): i + 1 for i in range(len(a))} | {(-1, j): j + 1 for j in range(len(b))}
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(a) - 1, len(b) - 1]


@given(st.sets(st.text("123ab", min_size=1, max_size=5), max_size=12))
def test_it_finds_what_comparing_all_with_all_finds(numbers: set[str]) -> None:
    row = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in sorted(numbers)]
    pairs = {(a, b) for a, b in combinations(row, 2) if distance(a.split()[0], b.split()[0]) == 1}
    assert set(near_addresses(row)) == pairs


def test_one_error_among_many_homes() -> None:
    chance = random.Random(7)
    streets = ["".join(chance.choices(string.ascii_lowercase, k=9)) for _ in range(2000)]
    row = [f"{number} W {street.title()} Rd, Mesa, AZ 85201" for street in streets for number in range(100, 2000, 190)]
    pairs = list(near_addresses([*row, row[4321].replace(" W ", " S ")], {row[4321]}))
    assert [one for one, _ in pairs] == [row[4321]]

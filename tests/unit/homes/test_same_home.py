from __future__ import annotations

from itertools import combinations

import pytest

from phx_scraper.homes import address_from_slug, canonical, property_hash, same_home, slug
from tests.unit.homes.spelling_groups import NEVER_SAME, SAME_THOUGH_LESS_SAID, SPELLINGS

ONE_HOME = [pair for group in SPELLINGS for pair in combinations(group, 2)]
TWO_HOMES = [(a, b) for one, other in combinations(SPELLINGS, 2) for a in one for b in other]


def test_the_tables_are_large_enough_to_mean_something() -> None:
    assert len(SPELLINGS) >= 80
    assert sum(len(group) for group in SPELLINGS) >= 200
    assert len(ONE_HOME) >= 200
    assert len(TWO_HOMES) >= 10_000


def test_every_spelling_of_a_home_is_that_home() -> None:
    wrong = [pair for pair in ONE_HOME if not (same_home(*pair) and same_home(*reversed(pair)))]
    assert wrong == []


def test_two_homes_are_never_equal() -> None:
    # same_home reads both texts each time; one spelling of each home against all is enough, the keys cover the rest.
    firsts = [group[0] for group in SPELLINGS]
    wrong = [(a, b) for a, b in combinations(firsts, 2) if same_home(a, b) or same_home(b, a)]
    assert wrong == []


def test_all_spellings_of_a_home_share_hash_canonical_form_and_slug() -> None:
    for group in SPELLINGS:
        assert len({canonical(text) for text in group}) == 1, group
        assert len({property_hash(text) for text in group}) == 1, group
        assert len({slug(text) for text in group}) == 1, group


def test_no_two_homes_share_hash_or_slug() -> None:
    assert len({property_hash(group[0]) for group in SPELLINGS}) == len(SPELLINGS)
    assert len({slug(group[0]) for group in SPELLINGS}) == len(SPELLINGS)


@pytest.mark.parametrize(("a", "b"), SAME_THOUGH_LESS_SAID)
def test_a_missing_zip_or_city_does_not_split_a_home(a: str, b: str) -> None:
    assert same_home(a, b)
    assert same_home(b, a)


@pytest.mark.parametrize(("a", "b"), NEVER_SAME)
def test_unreadable_or_incomplete_addresses_equal_nothing(a: str, b: str) -> None:
    assert not same_home(a, b)
    assert not same_home(b, a)


@pytest.mark.parametrize("group", [group for group in SPELLINGS if "NJ" not in group[0]], ids=lambda group: group[0])
def test_the_slug_of_a_home_leads_back_to_it(group: tuple[str, ...]) -> None:
    assert address_from_slug(slug(group[0])).canonical == canonical(group[0])

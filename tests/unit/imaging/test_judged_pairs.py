"""What a person says of two pictures goes before the rule, whatever the order of the pictures."""

from __future__ import annotations

from itertools import permutations

import pytest

from phx_scraper.imaging.duplicates import PLAIN, group
from phx_scraper.imaging.duplicates.judged_pairs import JudgedPairs
from tests.unit.imaging.test_duplicates import Shown

# By the rule b and c are copies of a, and d is of nobody; a is the best, then b, c, d.
A = Shown("a", original_width=4000, phash="0000", dhash="0000")
B = Shown("b", original_width=3000, phash="0001", dhash="0000")
C = Shown("c", original_width=2000, phash="0003", dhash="0000")
D = Shown("d", original_width=1000, phash="ffff", dhash="ffff")
ALL = (A, B, C, D)


def outline(images: tuple[Shown, ...], together: str = "", apart: str = "") -> dict[str, list[tuple[str, str]]]:
    places = {image.raw_sha256: place for place, image in enumerate(images)}

    def pairs(text: str) -> list[tuple[int, int]]:
        return [(places[pair[0]], places[pair[1]]) for pair in text.split()]

    found = group(images, PLAIN, pairs(together), pairs(apart))
    return {each.kept.raw_sha256: [(copy.image.raw_sha256, copy.kind) for copy in each.duplicates] for each in found}


@pytest.mark.parametrize(
    ("together", "apart", "expected"),
    [
        ("", "", {"a": [("b", "near"), ("c", "near")], "d": []}),
        ("", "ab", {"a": [("c", "near")], "b": [], "d": []}),
        ("", "ab ac", {"a": [], "b": [("c", "near")], "d": []}),
        ("", "ab ac bc", {"a": [], "b": [], "c": [], "d": []}),
        ("ad", "", {"a": [("b", "near"), ("c", "near"), ("d", "person")]}),
        # By way of another copy too; what the rule finds itself keeps its kind.
        ("cd", "", {"a": [("b", "near"), ("c", "near"), ("d", "person")]}),
        ("bc", "ac", {"a": [], "b": [("c", "near")], "d": []}),
        # A pair that would break what is apart has no effect.
        ("ad dc", "ac", {"a": [("b", "near"), ("d", "person")], "c": []}),
        ("dc ad", "ac", {"a": [("b", "near")], "c": [("d", "person")]}),
    ],
)
def test_what_a_person_said_holds_in_any_order(
    together: str, apart: str, expected: dict[str, list[tuple[str, str]]]
) -> None:
    assert all(outline(images, together, apart) == expected for images in permutations(ALL))


def test_copies_of_a_picture_follow_it_where_a_person_puts_it() -> None:
    twin = Shown("t", original_width=900, phash="fffe", dhash="ffff")
    expected = {"a": [("b", "near"), ("c", "near"), ("d", "person"), ("t", "near")]}
    assert all(outline(images, "ad") == expected for images in permutations((*ALL, twin)))


def test_pictures_that_are_apart_are_no_maybes() -> None:
    pairs = JudgedPairs(2, apart=[(0, 1)])
    pairs.put(0, 0, looks_other=True)
    assert pairs.between(0, 1) is False


def test_a_cluster_is_apart_from_what_any_of_it_is_apart_from() -> None:
    pairs = JudgedPairs(4, together=[(1, 2), (0, 3)], apart=[(0, 1)])
    pairs.put(0, 0, looks_other=True)
    assert [pairs.between(0, image) for image in (1, 2, 3)] == [False, False, True]

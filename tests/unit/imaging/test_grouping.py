"""Groups of copies: who is kept, who joins whom, and which pairs are left to people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from phx_scraper.errors import UsageError
from phx_scraper.imaging.duplicates import PLAIN, VERIFIED, Group, Rule, group, hash_distance
from phx_scraper.imaging.duplicates.signature import SIDE, make_signature
from tests.unit.imaging.test_duplicates import Shown
from tests.unit.imaging.test_same_photo import textured

FAR = {"phash": "f" * 16, "dhash": "f" * 16}
HASHES = {"phash": "0" * 16, "dhash": "0" * 16}


def bent(seed: int, by: float) -> np.ndarray:
    """The picture with each row pushed aside by up to so many pixels of the square, as no one warp does."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    away = (by * np.sin(rows / 9)).astype(np.float32)
    return cv2.remap(textured(seed), columns + away, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def shown(name: str, square: np.ndarray, **more: Any) -> Shown:
    pixels = np.asarray(square, np.uint8)
    signature = make_signature(pixels, cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    return Shown(name, **{**HASHES, "signature": signature, **more})


def outline(groups: list[Group[Shown]]) -> list[tuple[str, list[tuple[str, int, str]], list[str]]]:
    return [
        (
            each.kept.raw_sha256,
            [(copy.image.raw_sha256, copy.distance, copy.kind) for copy in each.duplicates],
            [maybe.image.raw_sha256 for maybe in each.maybe],
        )
        for each in groups
    ]


def test_bits_are_counted() -> None:
    assert hash_distance("0" * 16, "f" * 16) == 64
    assert hash_distance("00ff", "0fff") == 4
    assert hash_distance("8000000000000001", "8000000000000001") == 0


def test_each_joins_the_first_that_it_matches_with_its_distance() -> None:
    best = Shown("a", original_width=3000, phash="0000", dhash="0000")
    second = Shown("b", original_width=2000, phash="0fff", dhash="0000")
    between = Shown("c", original_width=1000, phash="003f", dhash="0000")
    later = Shown("d", original_width=900, phash="0fff", dhash="0001")
    assert outline(group([later, between, second, best], PLAIN)) == [
        ("a", [("c", 6, "near")], []),
        ("b", [("d", 0, "near")], []),
    ]
    assert group([], PLAIN) == group([]) == []


def test_the_pictures_decide_and_not_the_hashes() -> None:
    best = shown("a", textured(1), original_width=3000)
    copy = shown("b", textured(1) * 0.9 + 10, **FAR)
    mirrored = shown("c", textured(1)[:, ::-1], original_width=700, **FAR)
    other = shown("d", textured(2), original_width=600, **FAR)
    assert outline(group([other, mirrored, copy, best])) == [
        ("a", [("b", 64, "near"), ("c", 64, "mirror")], []),
        ("d", [], []),
    ]


def test_hashes_that_agree_about_different_pictures_are_left_to_people() -> None:
    pair = [
        shown("a", textured(1), original_width=3000),
        shown("b", textured(2), phash="0" * 15 + "3", dhash="0" * 15 + "1"),
    ]
    groups = group(pair)
    assert outline(groups) == [("a", [], []), ("b", [], ["a"])]
    assert groups[1].maybe[0].measures == {"phash": 2, "dhash": 1}
    assert outline(group(pair, Rule("verified", 1))) == [("a", [], []), ("b", [], [])]


def test_pictures_that_nearly_agree_are_left_to_people_with_their_measures() -> None:
    changed = textured(1)
    changed[40:64, 50:82] = textured(2)[40:64, 50:82]
    groups = group([shown("a", textured(1), original_width=3000), shown("b", changed, **FAR)])
    assert outline(groups) == [("a", [], []), ("b", [], ["a"])]
    measures = groups[1].maybe[0].measures
    assert (measures["phash"], measures["dhash"]) == (64, 64)
    assert measures["largest"] > 0.02
    assert len(measures) == 10


def test_a_copy_of_one_is_no_riddle_to_the_others() -> None:
    changed = textured(1)
    changed[40:64, 50:82] = textured(2)[40:64, 50:82]
    first, second = shown("a", textured(1), original_width=3000), shown("b", changed, original_width=2000, **FAR)
    assert outline(group([first, second, shown("c", changed, **FAR)])) == [
        ("a", [], []),
        ("b", [("c", 0, "near")], ["a"]),
    ]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "near"),
        ({"original_height": 512}, "near"),
        ({"original_width": 513}, ""),
        ({"original_height": 513}, ""),
        ({"phash": "0" * 15 + "f"}, "near"),
        ({"phash": "0" * 14 + "1f"}, ""),
        ({"dhash": "0" * 15 + "3"}, "near"),
        ({"dhash": "0" * 15 + "7"}, ""),
    ],
)
def test_a_copy_of_few_pixels_may_follow_less_exactly(changes: dict[str, Any], kind: str) -> None:
    best = shown("a", textured(1), original_width=3000)
    small = shown("b", bent(1, 0.5), **{"original_width": 512, "original_height": 300, **changes})
    groups = group([best, small])
    assert len(groups) == (1 if kind else 2)
    if kind:
        assert groups[0].duplicates[0].kind == kind
    else:
        assert groups[1].maybe[0].measures["drift"] > 0.2, "beyond what a large copy may"


def test_a_small_copy_that_is_bent_too_far_is_none() -> None:
    small = shown("b", bent(1, 2.0), original_width=512, original_height=300)
    assert len(group([shown("a", textured(1), original_width=3000), small])) == 2


def test_whichever_of_the_two_is_small() -> None:
    tall = shown("a", textured(1), original_width=300, original_height=510)
    small = shown("b", bent(1, 0.5), original_width=300, original_height=500)
    assert len(group([tall, small])) == 1


@pytest.mark.parametrize("without", ["a", "b"])
def test_one_picture_without_a_signature_is_judged_by_its_hashes(without: str) -> None:
    pair = [shown("a", textured(1), original_width=3000), shown("b", textured(2))]
    pair = [replace(one, signature=b"") if one.raw_sha256 == without else one for one in pair]
    assert outline(group(pair)) == [("a", [("b", 0, "near")], [])]
    assert len(group([pair[0], replace(pair[1], **FAR)])) == 2
    assert outline(group([*pair, shown("c", textured(3), original_width=400, **FAR)]))[1] == ("c", [], [])


@pytest.mark.parametrize("change", [{"flat": True}, {"kind": "sketch"}])
def test_what_looks_alike_by_nature_is_no_copy_however_alike(change: dict[str, Any]) -> None:
    pair = [shown("a", textured(1), original_width=3000), shown("b", textured(1), **change)]
    assert outline(group(pair)) == outline(group(pair[::-1])) == [("a", [], []), ("b", [], [])]
    both = [replace(pair[0], **change), pair[1]]
    assert outline(group(both)) == [("a", [], []), ("b", [], [])]
    same = replace(pair[1], raw_sha256="a")
    assert outline(group([pair[0], same])) == [("a", [("a", 0, "same")], [])]


@pytest.mark.parametrize("wrong", [{"distance": -1}, {"distance": 65}, {"dhash_distance": -1}, {"dhash_distance": 65}])
def test_distances_are_bits_of_64(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as problem:
        replace(PLAIN, **wrong)
    values = {"distance": 8, "dhash_distance": 12, **wrong}
    assert str(problem.value) == "hash distances must lie in 0..64, not {distance} and {dhash_distance}".format(
        **values
    )


def test_rules_at_their_borders() -> None:
    assert (Rule("plain", 0, 0).distance, Rule("plain", 64, 64).dhash_distance) == (0, 64)
    assert (VERIFIED.name, VERIFIED.distance, VERIFIED.dhash_distance) == ("verified", 8, 12)
    with pytest.raises(UsageError, match=r"^the duplicate rule must be plain or verified, not 'fuzzy'$"):
        Rule("fuzzy")  # type: ignore[arg-type]

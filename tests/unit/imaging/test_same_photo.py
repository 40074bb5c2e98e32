"""One photograph or two: each measure at its border, and what is measured of squares that differ in a known way."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import cv2
import numpy as np
import pytest

from phx_scraper.imaging.duplicates.alignment import Floats, pixel_warp
from phx_scraper.imaging.duplicates.same_photo import Measures, measure_pair
from phx_scraper.imaging.duplicates.signature import SIDE
from phx_scraper.imaging.duplicates.texture_agreement import photo_agreement

AT_THE_BORDER = Measures(0.5, 0.85, 0.2, 0.6, 12, 0.16, 0.004, 8.0)
SMALL_AT_THE_BORDER = replace(AT_THE_BORDER, likeness=0.9, drift=0.36, upper_drift=0.85)
BEYOND: dict[str, Any] = {"cover": 0.849, "differing": 0.161, "largest": 0.0041, "usual": 8.1}
NOTHING = pixel_warp(np.eye(3))


@pytest.mark.parametrize(("name", "value"), BEYOND.items())
def test_each_measure_alone_makes_two_photographs(name: str, value: float) -> None:
    assert AT_THE_BORDER.one_photograph
    assert SMALL_AT_THE_BORDER.one_small_photograph
    assert not replace(AT_THE_BORDER, **{name: value}).one_photograph
    assert not replace(SMALL_AT_THE_BORDER, **{name: value}).one_small_photograph


@pytest.mark.parametrize(
    ("changes", "one"),
    [
        ({"drift": 0.201}, False),
        ({"upper_drift": 0.601}, False),
        ({"drift": 9.0, "places": 12}, False),
        ({"drift": 9.0, "upper_drift": 9.0, "places": 11}, True),
        ({"likeness": 0.0}, True),
    ],
)
def test_places_lie_still_unless_too_few_were_looked_at(changes: dict[str, Any], one: bool) -> None:
    assert replace(AT_THE_BORDER, **changes).one_photograph is one


@pytest.mark.parametrize("changes", [{"likeness": 0.899}, {"drift": 0.361}, {"upper_drift": 0.851}])
def test_a_small_copy_may_lie_off_by_more_if_nearly_all_agrees(changes: dict[str, Any]) -> None:
    assert not SMALL_AT_THE_BORDER.one_photograph
    assert not replace(SMALL_AT_THE_BORDER, **changes).one_small_photograph


def test_measures_are_shown_to_four_digits() -> None:
    shown = Measures(0.123456, 1.0, 0.00004, 0.00006, 7, 0.5, 0.25, 3.14159).rounded()
    assert shown == {
        "likeness": 0.1235, "cover": 1.0, "drift": 0.0, "upper_drift": 0.0001, "places": 7, "differing": 0.5,
        "largest": 0.25, "usual": 3.1416,
    }  # fmt: skip
    assert set(shown) == set(asdict(AT_THE_BORDER))


def textured(seed: int) -> Floats:
    """A colour square with something to see everywhere, in 40..215."""
    noise = np.random.default_rng(seed).normal(0, 1, (SIDE, SIDE, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return np.asarray(np.clip(128 + smooth / smooth.std() * 30, 40, 215), np.float32)


def compared(first: Floats, second: Floats, warp: Floats = NOTHING) -> Measures:
    return measure_pair(first, second, photo_agreement(first.mean(axis=2), second.mean(axis=2), warp))


def test_nothing_is_found_between_a_picture_and_itself() -> None:
    found = compared(textured(1), textured(1))
    assert found.one_photograph
    assert (found.differing, found.largest) == (0.0, 0.0)
    assert found.likeness > 0.999
    assert found.cover == 1.0
    assert found.places > 100
    assert max(found.drift, found.upper_drift, found.usual) < 0.02


def test_a_brighter_copy_is_the_same_photograph() -> None:
    found = compared(textured(1), np.asarray(textured(1) * 1.1 + 12, np.float32))
    assert found.one_photograph
    assert found.largest == 0.0


def test_a_thing_that_stands_in_one_picture_alone_is_measured_by_its_area() -> None:
    other = textured(1)
    other[40:64, 50:82] = 250
    for first, second in ((textured(1), other), (other, textured(1))):
        found = compared(first, second)
        assert found.largest == pytest.approx(24 * 32 / SIDE**2, rel=0.5)
        assert found.differing >= found.largest
        assert not found.one_photograph
        assert found.drift < 0.1
        assert found.usual < 2


def test_what_lies_off_is_measured_in_pixels_of_the_square() -> None:
    bent = textured(1)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    away = np.where(columns > SIDE / 2, 1.5 * np.sin(rows / 9), 0).astype(np.float32)
    bent = np.asarray(
        cv2.remap(bent, columns + away, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32
    )
    found = compared(textured(1), bent)
    assert 0.2 < found.upper_drift < 1.6
    assert found.drift <= found.upper_drift
    assert not found.one_photograph


def test_a_part_is_covered_whole_by_the_picture_that_it_was_cut_from() -> None:
    whole = textured(2)
    margin = 16
    part = cv2.resize(whole[margin:-margin, margin:-margin], (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    inside = np.array([[0.75, 0, 0.125], [0, 0.75, 0.125], [0, 0, 1]])
    cut = compared(whole, np.asarray(part, np.float32), pixel_warp(inside))
    assert (cut.cover, cut.largest) == (1.0, 0.0)
    around = compared(np.asarray(part, np.float32), whole, pixel_warp(np.linalg.inv(inside)))
    assert around.cover == pytest.approx(1.0, abs=0.03), "of the smaller one, whichever comes first"
    half = compared(whole, whole, pixel_warp(np.array([[1, 0, 0.5], [0, 1, 0], [0, 0, 1]])))
    assert half.cover == pytest.approx(0.5, abs=0.02)


def test_rounding_covers_nobody_twice() -> None:
    whole = textured(2)
    for margin in range(4, 24):
        share = margin / SIDE
        inside = np.array([[1 - 2 * share, 0, share], [0, 1 - 2 * share, share], [0, 0, 1]])
        part = cv2.resize(whole[margin:-margin, margin:-margin], (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        found = compared(np.asarray(part, np.float32), whole, pixel_warp(np.linalg.inv(inside)))
        assert 0.97 < found.cover <= 1.0, margin

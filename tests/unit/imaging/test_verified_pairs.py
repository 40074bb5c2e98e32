"""The verified rule on squares that differ in a known way."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from phx_scraper.imaging.duplicates.alignment import Floats
from phx_scraper.imaging.duplicates.signature import SIDE, Signature
from phx_scraper.imaging.duplicates.verifier import Relation, Verifier
from tests.unit.imaging.test_agreement import plan
from tests.unit.imaging.test_same_photo import textured

NO_BARS = (0.0, 0.0, 0.0, 0.0)


def signature(square: np.ndarray, drawn: bool = False) -> Signature:
    return Signature(np.asarray(np.clip(square, 0, 255), np.uint8), NO_BARS, drawn)


def relation(first: np.ndarray, second: np.ndarray, drawn: bool = False) -> Relation:
    return Verifier([signature(first, drawn), signature(second, drawn)]).relation(0, 1)


def cut(square: Floats, left: int, top: int, right: int, bottom: int) -> Floats:
    part = square[top : SIDE - bottom, left : SIDE - right]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.float32)


def scene(seed: int) -> Floats:
    """With large shapes besides, by which the coarse windows know it again."""
    noise = np.random.default_rng(seed + 100).normal(0, 1, (SIDE, SIDE, 3)).astype(np.float32)
    shapes = cv2.GaussianBlur(noise, (0, 0), 14)
    return np.asarray(np.clip(textured(seed) * 0.6 + 50 + shapes / shapes.std() * 40, 0, 255), np.float32)


def bannered(square: Floats) -> Floats:
    made = square.copy()
    made[:16] = (200, 20, 20)
    made[4:12, 20:100:3] = 255
    return made


def test_pictures_are_named_by_their_numbers() -> None:
    squares = [textured(1), textured(2), textured(1) * 0.9, textured(2)[:, ::-1]]
    verifier = Verifier([signature(square) for square in squares])
    found = {(a, b): verifier.relation(a, b).kind for a in range(4) for b in range(a + 1, 4)}
    assert {pair: kind for pair, kind in found.items() if kind} == {(0, 2): "near", (1, 3): "mirror"}
    assert verifier.relation(0, 1) == Relation("")
    Verifier([])


@pytest.mark.parametrize("margins", [(12, 0, 0, 0), (0, 12, 0, 0), (6, 6, 6, 6), (0, 4, 12, 0)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_part_is_the_same_photograph_from_either_side(margins: tuple[int, int, int, int], mirrored: bool) -> None:
    part = cut(textured(1), *margins)
    part = part[:, ::-1] if mirrored else part
    for first, second in ((textured(1), part), (part, textured(1))):
        found = relation(first, second)
        assert found.kind == ("mirror" if mirrored else "near")
        assert found.measures is not None
        assert found.measures.one_photograph
        assert found.measures.cover > 0.9


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_pair_that_is_not_one_photograph_keeps_its_measures(mirrored: bool) -> None:
    changed = textured(1)
    changed[40:64, 50:82] = textured(2)[40:64, 50:82]
    changed = changed[:, ::-1] if mirrored else changed
    found = relation(textured(1), changed)
    assert found.kind == ""
    assert found.measures is not None
    assert found.measures.likeness > 0.8
    assert found.measures.largest > 0.01


def test_pictures_of_which_less_than_half_agrees_are_not_measured() -> None:
    mixed = textured(1)
    mixed[:, 50:] = textured(2)[:, 50:]
    assert relation(textured(1), mixed) == Relation("")
    most = scene(1)
    most[:, 100:] = scene(2)[:, 100:]
    found = relation(scene(1), most)
    assert (found.kind, found.measures is None) == ("", False)


def test_a_banner_does_not_hide_the_photograph() -> None:
    assert relation(scene(1), bannered(scene(1))).kind == "near"
    assert relation(bannered(cut(scene(1), 3, 3, 3, 3)), scene(1)).kind == "near"
    assert relation(scene(1), bannered(scene(1))[:, ::-1]).kind == "mirror"


def test_bars_are_left_out() -> None:
    framed = np.zeros((SIDE, SIDE, 3), np.float32)
    framed[16:-16] = cv2.resize(textured(1), (SIDE, SIDE - 32), interpolation=cv2.INTER_AREA)
    boxed = Signature(np.asarray(framed, np.uint8), (0.0, 16 / SIDE, 0.0, 16 / SIDE), False)
    for first, second in ((boxed, signature(textured(1))), (signature(textured(1)), boxed)):
        assert Verifier([first, second]).relation(0, 1).kind == "near"


def test_drawings_are_one_where_nothing_differs_and_never_mirrored() -> None:
    moved = plan()
    moved[30:32, 10:-10] = 0
    assert relation(plan(), plan(), drawn=True) == Relation("near")
    assert relation(plan(), plan() * 0.7 + 60, drawn=True) == Relation("near")
    assert relation(plan(), moved, drawn=True) == Relation("")
    assert relation(plan(), plan()[:, ::-1], drawn=True) == Relation("")


def test_a_drawing_that_was_cut_is_found_again() -> None:
    whole = np.full((SIDE, SIDE, 3), 255, np.float32)
    whole[20:-20, 20:-20] = textured(3)[20:-20, 20:-20] * 0.3 + 150
    part = cut(whole, 6, 6, 6, 6)
    assert relation(whole, part, drawn=True).kind == "near"


def test_a_drawing_and_a_photograph_are_compared_as_photographs() -> None:
    for drawn in ((True, False), (False, True)):
        pair = [signature(textured(1), drawn[0]), signature(textured(1), drawn[1])]
        assert Verifier(pair).relation(0, 1).measures is not None

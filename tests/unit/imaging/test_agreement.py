"""How far aligned squares agree, place by place; drawings agree everywhere or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from phx_scraper.imaging.duplicates.alignment import Floats, pixel_warp
from phx_scraper.imaging.duplicates.signature import SIDE, Signature
from phx_scraper.imaging.duplicates.texture_agreement import Agreement, band_pass, drawings_agree, photo_agreement
from phx_scraper.imaging.duplicates.windows import View, views_of
from tests.unit.imaging.test_same_photo import textured

NOTHING = pixel_warp(np.eye(3))
FLAT = np.full((SIDE, SIDE), 128, np.float32)


def grey(seed: int) -> Floats:
    return np.asarray(textured(seed).mean(axis=2), np.float32)


def moved_by(share: float) -> Floats:
    return pixel_warp(np.array([[1, 0, share], [0, 1, 0], [0, 0, 1]]))


def test_a_picture_agrees_with_itself_in_any_light() -> None:
    for other in (grey(1), grey(1) * 0.8 + 40, np.clip(grey(1) * 1.2, 0, 255)):
        found = photo_agreement(grey(1), np.asarray(other, np.float32), NOTHING)
        assert found.agreeing == pytest.approx(1.0, abs=0.001)
        assert found.outside_strip == pytest.approx(1.0, abs=0.001)
        assert (found.cover, found.texture) == (1.0, 1.0)
        assert found.meaningful
        assert (found.trusted.min(), found.proven.min()) == (255, 255)
        assert np.array_equal(found.warp, NOTHING)


def test_another_picture_agrees_hardly_anywhere() -> None:
    found = photo_agreement(grey(1), grey(2), NOTHING)
    assert found.agreeing < 0.1
    assert found.likeness < 0.1
    assert (found.trusted == 0).mean() > 0.6
    assert set(np.unique(found.trusted)) == {0, 255}
    assert (found.proven == 255).mean() == pytest.approx(found.agreeing)
    negative = photo_agreement(grey(1), 255 - grey(1), NOTHING)
    assert negative.agreeing == 0.0
    assert negative.trusted.max() == 0


def test_where_there_is_nothing_to_see_nothing_is_said() -> None:
    found = photo_agreement(FLAT, FLAT, NOTHING)
    assert (found.texture, found.agreeing, found.likeness, found.meaningful) == (0.0, 0.0, 0.0, False)
    assert (found.trusted.min(), found.proven.max()) == (255, 0)
    one_sided = photo_agreement(FLAT, grey(1), NOTHING)
    assert one_sided.texture == 1.0, "texture of either picture is something to see"
    assert one_sided.agreeing == 0.0


def test_faint_noise_is_no_texture() -> None:
    noise = np.random.default_rng(3).normal(0, 3, (2, SIDE, SIDE)).astype(np.float32)
    found = photo_agreement(FLAT + noise[0], FLAT + noise[1], NOTHING)
    assert found.texture == 0.0


@pytest.mark.parametrize("edge", [np.s_[:26], np.s_[-26:], np.s_[:, :26], np.s_[:, -26:]])
def test_a_strip_along_any_edge_spoils_its_own_place_only(edge: object) -> None:
    other = grey(1)
    other[edge] = grey(2)[edge]  # type: ignore[index]
    found = photo_agreement(grey(1), other, NOTHING)
    assert 0.75 < found.agreeing < 0.86
    assert found.outside_strip > 0.93
    assert found.likeness == found.agreeing
    wide = grey(1)
    wide[:64] = grey(2)[:64]
    half = photo_agreement(grey(1), wide, NOTHING)
    assert 0.4 < half.agreeing < 0.6
    assert half.agreeing < half.outside_strip < 0.75


def agreement(**more: float) -> Agreement:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    values = {"cover": 0.5, "texture": 0.05, "agreeing": 0.6, "outside_strip": 0.9, **more}
    return Agreement(**values, trusted=mask, proven=mask, warp=NOTHING)


def test_agreement_outside_a_strip_costs_a_quarter() -> None:
    assert agreement().likeness == pytest.approx(0.65)
    assert agreement(agreeing=0.7).likeness == 0.7
    assert agreement().meaningful
    assert not agreement(cover=0.499).meaningful
    assert not agreement(texture=0.049).meaningful


def test_only_what_lies_in_both_counts() -> None:
    whole = np.concatenate([grey(1), grey(2)], axis=1)
    first, second = (np.ascontiguousarray(whole[:, start : start + SIDE]) for start in (0, 48))
    found = photo_agreement(first, second, moved_by(48 / SIDE))
    assert found.cover == pytest.approx(80 / SIDE)
    assert found.agreeing > 0.99
    assert 0.5 < found.texture <= 80 / SIDE
    assert found.trusted[:, 90:].min() == 255, "nothing speaks against it where one picture ends"
    assert found.proven[:, 90:].max() == 0
    assert photo_agreement(first, second, NOTHING).agreeing < 0.2


def test_slow_light_is_left_out_and_edges_stay() -> None:
    slope = np.tile(np.linspace(0, 255, SIDE, dtype=np.float32), (SIDE, 1))
    assert np.abs(band_pass(slope)[:, 20:-20]).max() < 0.5
    step = FLAT.copy()
    step[:, 64:] += 50
    assert band_pass(step)[:, 64].min() > 15
    assert band_pass(step)[:, 63].max() < -15
    assert np.abs(band_pass(step)[:, :30]).max() < 0.5


def plan(seed: int = 0) -> np.ndarray:
    """A drawing of walls on a white ground."""
    drawn = np.full((SIDE, SIDE, 3), 255, np.uint8)
    for at in np.random.default_rng(seed).integers(10, SIDE - 10, 8):
        drawn[at : at + 2, 10:-10] = 0
        drawn[10:-10, at : at + 2] = 0
    return drawn


def view(pixels: np.ndarray) -> View:
    return views_of(Signature(np.asarray(pixels, np.uint8), (0.0, 0.0, 0.0, 0.0), True))[0]


def test_drawings_agree_in_any_contrast() -> None:
    assert drawings_agree(view(plan()), view(plan()), NOTHING)
    assert drawings_agree(view(plan()), view(plan() * 0.6 + 70), NOTHING)
    assert not drawings_agree(view(plan(0)), view(plan(1)), NOTHING)


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_one_patch_in_one_colour_makes_another_drawing(channel: int) -> None:
    other = plan()
    other[60:66, 3:9, channel] = 200
    assert not drawings_agree(view(plan()), view(other), NOTHING)
    faint = plan()
    faint[60:66, 3:9, channel] = 247
    assert drawings_agree(view(plan()), view(faint), NOTHING)


def test_drawings_that_share_less_than_half_do_not_agree() -> None:
    wide = np.concatenate([plan(), plan(1)], axis=1)
    first, second = view(wide[:, :SIDE]), view(wide[:, 48 : 48 + SIDE])
    assert drawings_agree(first, second, moved_by(48 / SIDE))
    second = view(wide[:, 70 : 70 + SIDE])
    assert not drawings_agree(first, second, moved_by(70 / SIDE))

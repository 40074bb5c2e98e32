"""Drawings are told from photos, whatever they are drawn on; a framed or an overexposed photo stays a photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from phx_scraper.imaging.categories.vision_kinds import Pixels, kind_of

NOTHING = np.zeros(1000, np.float32)
INK = (25, 25, 25)
CENTRE = np.array([320, 240])


def paper(colour: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    return np.full((480, 640, 3), colour, np.uint8)


def write(page: Pixels, text: str, place: tuple[int, int], scale: float = 0.9) -> None:
    cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, INK, 2, cv2.LINE_AA)


def floor_plan(colour: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    page = paper(colour)
    cv2.rectangle(page, (80, 60), (560, 420), INK, 8)
    for one, other in (((300, 60), (300, 420)), ((80, 250), (300, 250)), ((300, 200), (560, 200))):
        cv2.line(page, one, other, INK, 6)
    for word, place in (("BED", (140, 150)), ("BATH", (140, 340)), ("KITCHEN", (360, 140))):
        write(page, word, place, 0.7)
    return page


def text_card() -> Pixels:
    page = paper()
    for number, line in enumerate(("Sold by Example Realty", "Call 602 555 0100", "Open house Sunday", "No HOA")):
        write(page, line, (40, 120 + 80 * number), 1.3)
    return page


def logo() -> Pixels:
    page = paper()
    cv2.circle(page, (320, 200), 90, (20, 60, 180), -1)
    write(page, "EXAMPLE", (230, 350), 1.6)
    return page


def road_map() -> Pixels:
    page = paper((240, 238, 232))
    for angle in (17, 40, 66, 112, 147):
        way = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) * 228
        one, other = CENTRE - way, CENTRE + way
        cv2.line(page, one.astype(int).tolist(), other.astype(int).tolist(), (250, 200, 60), 9, cv2.LINE_AA)
    for radius in (80, 160):
        cv2.circle(page, (320, 240), radius, (250, 200, 60), 7, cv2.LINE_AA)
    return page


def photo(seed: int = 3) -> Pixels:
    rng = np.random.default_rng(seed)
    rough = rng.integers(0, 256, (9, 12, 3)).astype(np.uint8)
    large = cv2.resize(rough, (640, 480), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return np.clip(large + rng.integers(-12, 13, large.shape), 0, 255).astype(np.uint8)


def kind(picture: Pixels, logits: np.ndarray = NOTHING) -> str:
    return kind_of(np.asarray(cv2.resize(picture, (224, 224), interpolation=cv2.INTER_AREA), np.uint8), logits)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        pytest.param(floor_plan(), "floor_plan", id="a plan"),
        pytest.param(floor_plan((226, 232, 208)), "floor_plan", id="a plan on coloured paper"),
        pytest.param(text_card(), "text_card", id="lines of text"),
        pytest.param(logo(), "logo", id="a logo"),
        pytest.param(road_map(), "map", id="roads"),
    ],
)
def test_drawings_are_told(picture: Pixels, expected: str) -> None:
    assert kind(picture) == expected


def framed(colour: int, width: int) -> Pixels:
    picture = photo()
    return cv2.copyMakeBorder(picture, width, width, 0, 0, cv2.BORDER_CONSTANT, value=(colour,) * 3)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(photo(), id="a photo"),
        pytest.param(framed(255, 120), id="a photo between white bars"),
        pytest.param(framed(0, 120), id="a photo between black bars"),
        pytest.param(cv2.copyMakeBorder(photo(), 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=(255,) * 3), id="framed"),
        pytest.param(paper(), id="nothing at all"),
    ],
)
def test_a_photo_is_none(picture: Pixels) -> None:
    assert kind(picture) == ""


def test_printed_matter_that_fills_the_picture_is_a_text_card() -> None:
    logits = NOTHING.copy()
    logits[922] = 12.0
    assert kind(photo(), logits) == "text_card"

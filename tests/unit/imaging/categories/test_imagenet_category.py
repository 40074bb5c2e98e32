"""ImageNet's classes as evidence: rooms and facades by what stands in them, nothing where nothing speaks for a home."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from phx_scraper.imaging.categories.imagenet_category import imagenet_category
from phx_scraper.imaging.categories.imagenet_table import CLASSES
from phx_scraper.model.category import UNKNOWN
from phx_scraper.model.subjects import SUBJECTS

STOVE, REFRIGERATOR, COUCH, LAMP, FENCE, BARN = 827, 760, 831, 846, 716, 425
CASTLE, TENCH = 483, 0


def logits(**strength: float) -> npt.NDArray[np.float32]:
    values = np.zeros(1000, np.float32)
    for name, value in strength.items():
        values[globals()[name.upper()]] = value
    return values


def test_every_class_means_a_subject_or_a_location() -> None:
    assert set(CLASSES.values()) <= {*SUBJECTS, "int", "ext", "elsewhere"}
    assert all(0 <= number < 1000 for number in CLASSES)
    assert len(CLASSES) > 90


@pytest.mark.parametrize(
    ("seen", "location", "subject"),
    [
        ({"stove": 14.0, "refrigerator": 14.0}, "int", "kitchen"),
        ({"couch": 14.0, "lamp": 12.0}, "int", "unknown"),
        ({"fence": 14.0, "barn": 13.0}, "ext", "unknown"),
    ],
)
def test_furniture_tells_rooms(seen: dict[str, float], location: str, subject: str) -> None:
    category = imagenet_category(logits(**seen))
    assert (category.location, category.subject, category.signal) == (location, subject, "imagenet")
    assert 80 <= category.confidence <= 95


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"tench": 14.0}, id="a fish"),
        pytest.param({"castle": 14.0, "fence": 11.0}, id="a castle with a fence"),
        pytest.param({"stove": 12.0, "fence": 12.0, "castle": 10.0}, id="both indoors and outdoors"),
    ],
)
def test_what_is_no_part_of_a_home_is_unknown(seen: dict[str, float]) -> None:
    assert imagenet_category(logits(**seen)) == UNKNOWN


def test_a_subject_asks_for_more_than_a_location() -> None:
    said = [imagenet_category(logits(stove=strength)) for strength in np.arange(0, 16, 0.25)]
    subjects = [category.subject for category in said]
    assert subjects == sorted(subjects, key=("unknown", "kitchen").index)
    assert {(c.location, c.subject) for c in said} == {("unk", "unknown"), ("int", "unknown"), ("int", "kitchen")}

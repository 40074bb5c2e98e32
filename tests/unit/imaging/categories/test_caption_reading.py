"""What captions say: their first words, whole words only, and nothing where they say nothing."""

from __future__ import annotations

import pytest

from phx_scraper.imaging.categories.caption_reading import read_caption
from phx_scraper.imaging.categories.caption_words import KIND_WORDS, LOCATION_WORDS, SUBJECT_WORDS
from phx_scraper.model.category import KINDS, Seen
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS


@pytest.mark.parametrize(
    ("caption", "subject"),
    [
        ("Kitchen", "kitchen"),
        ("002_Kitchen.jpg", "kitchen"),
        ("Primary Bedroom 2", "bedroom"),
        ("Backyard with pool", "yard"),
        ("Community Pool", "community"),
        ("View of the pool", "pool"),
        ("Mountain views from patio", "view"),
        ("Aerial view of community pool", "aerial"),
        ("Bird's-eye view of home", "aerial"),
        ("The front of a house, with a pathway", "front"),
        ("Fireplace in living room", "living"),
        ("Modern kitchen stove", "kitchen"),
        ("A stone fireplace", "fireplace"),
        ("Master Bedroom Bathroom", "bathroom"),
        ("Washer and dryer", "laundry"),
        ("Arizona room", "bonus_room"),
        ("HVAC data plate", "hvac_label"),
        ("Water heater closet", "water_heater"),
        ("Solar panels", "solar"),
        ("Open floor plan kitchen", "kitchen"),
        ("KITCHÉN", "kitchen"),
        ("\u202ekitchen", "kitchen"),
        ("Living area with a leather couch. A kitchen is visible in the background", "living"),
    ],
)
def test_a_clear_caption_names_its_subject(caption: str, subject: str) -> None:
    category = read_caption(caption).category
    assert (category.subject, category.location) == (subject, SUBJECTS[subject])
    assert (category.confidence, category.signal) == (90, "caption")


@pytest.mark.parametrize("caption", ["Kitchen/Dining", "Kitchen and dining area", "Sparkling pool and spa"])
def test_of_two_subjects_the_first_one_counts_and_is_doubtful(caption: str) -> None:
    category = read_caption(caption).category
    assert category.subject in {"kitchen", "pool"}
    assert category.confidence == 60


@pytest.mark.parametrize(("caption", "location"), [("House exterior", "ext"), ("Empty room with a window", "int")])
def test_a_general_caption_gives_the_place_only(caption: str, location: str) -> None:
    category = read_caption(caption).category
    assert (category.location, category.subject, category.confidence) == (location, "unknown", 90)


@pytest.mark.parametrize(
    ("caption", "kind"),
    [("Floor plan, page 1", "floor_plan"), ("A floor plan layout of a house", "floor_plan"), ("Plat map", "map")],
)
def test_what_is_no_photo_is_told_by_its_kind(caption: str, kind: str) -> None:
    seen = read_caption(caption)
    assert seen.kind == kind
    assert (seen.category.location, seen.category.subject) == ("unk", "unknown")


@pytest.mark.parametrize(
    "caption",
    ["", "   ", "IMG_2231", "carpool lane", "poolside", "x" * 100_000, "<script>", "\ud800", "of and in"],
)
def test_a_caption_that_says_nothing_gives_nothing(caption: str) -> None:
    assert read_caption(caption) == Seen()


def test_of_a_very_long_caption_only_the_beginning_is_read() -> None:
    assert read_caption("word " * 2000 + "kitchen") == Seen()
    assert read_caption("Kitchen " + "word " * 2000).category.subject == "kitchen"


def test_every_subject_can_be_named_and_every_word_means_something_known() -> None:
    assert set(SUBJECT_WORDS.values()) == set(SUBJECTS)
    assert set(LOCATION_WORDS.values()) < set(LOCATIONS)
    assert set(KIND_WORDS.values()) < set(KINDS)

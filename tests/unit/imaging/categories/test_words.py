"""Tags first, captions within what they say, and nothing where they contradict each other."""

from __future__ import annotations

import pytest

from phx_scraper.imaging.categories import categorise
from phx_scraper.imaging.categories.decide import decide
from phx_scraper.imaging.categories.tag_words import TAG_KINDS, TAG_LOCATIONS, TAG_SUBJECTS
from phx_scraper.imaging.categories.words import read_words
from phx_scraper.model.category import KINDS, UNKNOWN, Category, Seen
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS

POOL = Seen(Category("ext", "pool", 88, "head"))
KITCHEN = Seen(Category("int", "kitchen", 88, "head"))


@pytest.mark.parametrize(
    ("tags", "captions", "expected"),
    [
        (["Bed", "Interior"], [], ("int", "bedroom", 95, "tag")),
        (["Bath", "Interior"], ["Bathroom with white fixtures"], ("int", "bathroom", 95, "tag")),
        (["Exterior"], [], ("ext", "unknown", 95, "tag")),
        (["Exterior"], ["Outdoor deck with seating"], ("ext", "deck", 90, "caption")),
        (["Exterior"], ["Kitchen"], ("ext", "unknown", 95, "tag")),
        (["Interior"], ["Fireplace"], ("feat", "fireplace", 90, "caption")),
        (["Kitchen", "Bath", "Interior"], [], ("int", "unknown", 95, "tag")),
        (["Kitchen", "Bath", "Interior"], ["Modern kitchen"], ("int", "kitchen", 90, "caption")),
        (["Living", "Interior"], ["Home office setup"], ("int", "office", 90, "caption")),
        (["Bed", "Interior"], ["Wooden staircase"], ("int", "bedroom", 60, "tag")),
        (["Kitchen", "Exterior"], ["Kitchen"], ("unk", "unknown", 0, "none")),
        (["Pool", "Interior"], [], ("unk", "unknown", 0, "none")),
        ([], ["Kitchen", "Modern kitchen"], ("int", "kitchen", 90, "caption")),
        ([], ["Kitchen", "Dining area"], ("int", "unknown", 90, "caption")),
        ([], ["Kitchen", "Pool"], ("unk", "unknown", 0, "none")),
        ([], ["IMG_1", "Pool"], ("ext", "pool", 90, "caption")),
        (["All", "Renovated"], ["Pool"], ("ext", "pool", 90, "caption")),
        ([], [], ("unk", "unknown", 0, "none")),
    ],
)
def test_what_is_said(tags: list[str], captions: list[str], expected: tuple[str, str, int, str]) -> None:
    assert categorise(b"", captions, tags) == Category(*expected)
    assert categorise(b"", reversed(captions), reversed(tags)) == Category(*expected), "in whatever order"


def test_tags_of_what_is_no_photo() -> None:
    assert read_words(["Kitchen"], ["Floor plans"]) == Seen(Category("unk", "unknown", 95, "tag"), "floor_plan")


def test_a_model_fills_what_words_leave_open_and_within_what_they_say() -> None:
    interior = Seen(Category("int", "unknown", 95, "tag"))
    assert decide(Seen(), POOL) == POOL
    assert decide(interior, KITCHEN) == KITCHEN
    assert decide(interior, POOL) == interior
    assert decide(KITCHEN, POOL) == KITCHEN
    assert decide(Seen(), None).category == UNKNOWN


def test_a_model_is_asked_only_where_words_leave_the_subject_open() -> None:
    asked: list[bytes] = []

    def see(data: bytes) -> Seen:
        asked.append(data)
        return KITCHEN

    assert categorise(b"1", ["Pool"], see=see).subject == "pool"
    assert categorise(b"2", ["Interior"], see=see).subject == "kitchen"
    assert asked == [b"2"]


def test_a_persons_word_counts_before_all() -> None:
    said = Seen(Category("feat", "flooring", 100, "correction"))
    assert decide(KITCHEN, POOL, said, "sketch") == said


def test_a_sketch_shows_no_subject_and_kinds_that_nobody_knows_are_photos() -> None:
    assert decide(KITCHEN, None, None, "sketch") == Seen(UNKNOWN, "sketch")
    assert decide(KITCHEN, None, None, "hologram") == KITCHEN
    assert decide(Seen(), Seen(Category("unk", "unknown", 97, "head"), "map")).kind == "map"


def test_the_tables_know_only_words_of_the_vocabulary() -> None:
    assert set(TAG_SUBJECTS.values()) == set(SUBJECTS)
    assert set(TAG_LOCATIONS.values()) < set(LOCATIONS)
    assert set(TAG_KINDS.values()) < set(KINDS)

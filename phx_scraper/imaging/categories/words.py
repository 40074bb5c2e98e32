"""What tags and captions say of a picture, those of its copies included."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from phx_scraper.imaging.categories.caption_reading import DOUBTFUL, plain, read_caption
from phx_scraper.imaging.categories.tag_words import COARSE, TAG_KINDS, TAG_LOCATIONS, TAG_SUBJECTS
from phx_scraper.model.category import Category, Seen
from phx_scraper.model.subjects import SUBJECTS

TAGGED = 95
"""Confidence of what a tag says."""


def read_words(captions: Iterable[str], tags: Iterable[str]) -> Seen:
    """What is said of a picture: by tags first; captions say more where tags are general, and never otherwise.

    Tags that contradict each other say nothing, nor do captions; of two subjects in one place the place is left.
    """
    known = {plain(tag) for tag in tags}
    kinds = {TAG_KINDS[tag] for tag in known if tag in TAG_KINDS}
    if len(kinds) == 1:
        return Seen(Category("unk", "unknown", TAGGED, "tag"), kinds.pop())
    said = _agreed([read_caption(caption) for caption in captions])
    subjects = {TAG_SUBJECTS[tag] for tag in known if tag in TAG_SUBJECTS}
    locations = {TAG_LOCATIONS[tag] for tag in known if tag in TAG_LOCATIONS}
    return _tagged(subjects, locations, said) if subjects or locations else said


def _tagged(subjects: Collection[str], locations: set[str], said: Seen) -> Seen:
    """What tags say, and captions within that. A tag that a caption contradicts is doubtful: either may be right."""
    place, told = _place(subjects, locations), said.category
    if place == "unk":
        return Seen()
    is_named = told.subject in SUBJECTS and fits(told, place)
    if len(subjects) != 1:
        is_closer = is_named and (not subjects or told.subject in subjects)
        return Seen(told if is_closer else Category(place, "unknown", TAGGED, "tag"))
    [subject] = subjects
    if is_named and subject in COARSE and told.location == place:
        return Seen(told)
    is_doubtful = told.subject not in {"unknown", subject} and told.location == place
    return Seen(Category(SUBJECTS[subject], subject, DOUBTFUL if is_doubtful else TAGGED, "tag"))


def fits(category: Category, place: str) -> bool:
    """Whether a subject may be at a place of which only the location is known: parts of a room are in rooms."""
    return category.location == place or (place == "int" and category.location in {"feat", "sys"})


def _place(subjects: Collection[str], locations: set[str]) -> str:
    """The location that all tags agree on, `unk` if they do not."""
    of_rooms = locations | {SUBJECTS[subject] for subject in subjects if SUBJECTS[subject] in {"ext", "int"}}
    of_parts = {SUBJECTS[subject] for subject in subjects} - of_rooms
    if len(of_rooms) == 1:
        return next(iter(of_rooms))
    return of_parts.pop() if not of_rooms and len(of_parts) == 1 else "unk"


def _agreed(said: Collection[Seen]) -> Seen:
    """What captions of copies of one picture say together; those that say nothing do not count."""
    telling = [one for one in said if one != Seen()]
    kinds = {one.kind for one in telling}
    if not telling or len(kinds) > 1:
        return Seen()
    categories = sorted((one.category for one in telling), key=lambda one: -one.confidence)
    named = {one.subject for one in categories} - {"unknown"}
    places = {one.location for one in categories}
    best = next((one for one in categories if one.subject in named), categories[0])
    if len(named) == 1 and all(fits(best, place) for place in places):
        return Seen(best, kinds.pop())
    if len(places) == 1:
        return Seen(Category(best.location, "unknown", best.confidence, "caption"), kinds.pop())
    return Seen()

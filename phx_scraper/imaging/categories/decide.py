"""What counts of all that is said of one picture: a person's word, then tags, captions, and what a model sees."""

from __future__ import annotations

from collections.abc import Callable

from phx_scraper.imaging.categories.words import fits
from phx_scraper.model.category import KINDS, UNKNOWN, Category, Seen
from phx_scraper.model.subjects import SUBJECTS

See = Callable[[bytes], Seen | None]
"""What a model sees in the bytes of a picture; None where it cannot tell or there is none."""

WORDS_VERSION = "1"
"""Raised by one with every change of what words mean or count: rows that an earlier one made are made anew."""


def decide(words: Seen, seen: Seen | None = None, correction: Seen | None = None, page_kind: str = "photo") -> Seen:
    """What the picture shows. A model only fills what words leave open, and within what they say."""
    if correction is not None:
        return correction
    kinds = (page_kind, words.kind, seen.kind if seen else "photo")
    kind = next((one for one in kinds if one in KINDS and one != "photo"), "photo")
    if kind != "photo":
        return Seen(_of_no_photo(kind, words, seen), kind)
    if seen is None or words.category.subject in SUBJECTS:
        return words
    if words.category.location == "unk":
        return seen
    is_closer = seen.category.subject in SUBJECTS and fits(seen.category, words.category.location)
    return seen if is_closer else words


def leaves_open(words: Seen) -> bool:
    """Whether a model is worth asking."""
    return words.kind == "photo" and words.category.subject not in SUBJECTS


def _of_no_photo(kind: str, words: Seen, seen: Seen | None) -> Category:
    """It shows no part of a home; the signal is that of its kind, none where the page's own kind says it."""
    told = next((one for one in (words, seen) if one is not None and one.kind == kind), None)
    if told is None:
        return UNKNOWN
    return Category("unk", "unknown", told.category.confidence, told.category.signal)

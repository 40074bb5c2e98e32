"""What a caption says of its picture: its first words count, as what follows tells of things around the subject."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from phx_scraper.imaging.categories.caption_words import (
    KIND_WORDS,
    LOCATION_WORDS,
    PRAISED_PLANS,
    SUBJECT_WORDS,
    WEAK,
)
from phx_scraper.model.category import UNKNOWN, Category, Seen
from phx_scraper.model.subjects import SUBJECTS

CLEAR, DOUBTFUL = 90, 60
"""Confidence where one subject is named, and where several are, of which the first one counts."""

_MOST_CHARACTERS = 500
_BREAKS = re.compile(
    r"[.,;:!?()\[\]\n|]|\b(?:with|from|to|overlooking|leading|featuring|features|has|have|includes|including|showing|beside"
    r"|near|next|adjacent|over|off|through|behind|above|below|under|surrounded|visible|opens|where|that|which|by|is|are)\b"
)
_JOINTS = re.compile(r"\b(?:and|of|in|at|on|for|plus|w)\b|[&+/]")


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


_SUBJECTS, _LOCATIONS, _KINDS = _pattern(SUBJECT_WORDS), _pattern(LOCATION_WORDS), _pattern(KIND_WORDS)
_PRAISED = re.compile(rf"\b(?:{'|'.join(PRAISED_PLANS.split())}) floor ?plans?\b")


def read_caption(caption: str) -> Seen:
    """What a caption says; UNKNOWN and `photo` where it says nothing that the tables know."""
    text = plain(caption)
    head = next((part for part in _BREAKS.split(text) if part.strip()), "")
    kind = _KINDS.search(head)
    if kind and not _PRAISED.search(head) and not _SUBJECTS.search(head[: kind.start()]):
        return Seen(Category("unk", "unknown", CLEAR, "caption"), KIND_WORDS[kind[0]])
    return Seen(_named(head))


def plain(text: str) -> str:
    """In small letters without accents, with single spaces between words; of a long text the beginning."""
    folded = unicodedata.normalize("NFKD", text[:_MOST_CHARACTERS]).lower()
    letters = "".join(one for one in folded if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")
    return " ".join(re.sub(r"[_'’\-]|\.(?:jpe?g|png|webp)\b", " ", letters).split())


def _named(head: str) -> Category:
    """The subject of the first part that names one: there the last word counts, as in "kitchen pantry"."""
    parts = _parts(head)
    strong = [[name for name in part if name not in WEAK] for part in parts]
    named = [part for part in strong if part] or [part for part in parts if part]
    if "aerial" in (name for part in parts for name in part):
        named = [["aerial"]]
    if not named:
        return _general(head)
    subject = named[0][-1]
    confidence = CLEAR if len({part[-1] for part in named}) == 1 else DOUBTFUL
    return Category(SUBJECTS[subject], subject, confidence, "caption")


def _parts(head: str) -> list[list[str]]:
    """The subjects that are named, in order, apart where a word such as "and" or "in" stands between them."""
    parts: list[list[str]] = [[]]
    end = 0
    for found in _SUBJECTS.finditer(head):
        if _JOINTS.search(head[end : found.start()]):
            parts.append([])
        parts[-1].append(SUBJECT_WORDS[found[0]])
        end = found.end()
    return parts


def _general(head: str) -> Category:
    found = {LOCATION_WORDS[word] for word in _LOCATIONS.findall(head)}
    return Category(found.pop(), "unknown", CLEAR, "caption") if len(found) == 1 else UNKNOWN

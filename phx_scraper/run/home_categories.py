"""The categories of a home's pictures, made of all that is known of each group of copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection

from phx_scraper.imaging.categories.decide import WORDS_VERSION, decide
from phx_scraper.imaging.categories.words import TAGGED, read_words
from phx_scraper.model.category import Seen
from phx_scraper.storage.catalogue import categories
from phx_scraper.storage.catalogue.categories import Correction, Pictured

_SURE_SIGNALS = {"correction", "tag"}

LOOKS_ALIKE = 8
"""Bits of 64 by which the pHash of another file of the same photo may differ."""


def version_with(model: str) -> str:
    """What rows are marked with that words and this model (empty for none) made."""
    return f"{WORDS_VERSION}+{model}" if model else WORDS_VERSION


def categorise_home(tx: Connection, property_hash: str, model: str = "") -> int:
    """Write what the home's pictures show; returns of how many it differs from before.

    What the model sees in them was asked before: that takes long, this does not.
    """
    pictures = categories.pictured(tx, property_hash)
    predicted = categories.predictions(tx, [one.raw_sha256 for one in pictures], model)
    said = categories.corrections(tx, property_hash)
    seen: dict[int, Seen] = {}
    for group in _groups(pictures):
        seen |= dict.fromkeys((one.photo_id for one in group), _of_group(group, said, predicted))
    return categories.write(tx, property_hash, seen, version_with(model))


def labels_of_home(tx: Connection, property_hash: str) -> dict[str, str]:
    """What tags and people say of a home's pictures: image -> subject or kind; what a model may learn from."""
    said = categories.corrections(tx, property_hash)
    found: dict[str, str] = {}
    for group in _groups(categories.pictured(tx, property_hash)):
        seen = _of_group(group, said, {})
        label = seen.kind if seen.kind not in {"photo", "sketch"} else seen.category.subject
        if seen.category.signal in _SURE_SIGNALS and seen.category.confidence >= TAGGED and label != "unknown":
            found[group[0].raw_sha256] = label
    return found


def _groups(pictures: Iterable[Pictured]) -> list[list[Pictured]]:
    """Copies of one picture together, the kept one first."""
    ordered = sorted(pictures, key=lambda one: (one.kept_id, one.photo_id != one.kept_id, one.photo_id))
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.kept_id)]


def _of_group(group: Sequence[Pictured], said: Iterable[Correction], predicted: Mapping[str, Seen]) -> Seen:
    words = read_words([one.caption for one in group if one.caption], {tag for one in group for tag in one.tags})
    seen = next((predicted[one.raw_sha256] for one in group if one.raw_sha256 in predicted), None)
    correction = next((word.seen for word in said if any(_is_of(word, one) for one in group)), None)
    return decide(words, seen, correction, group[0].kind)


def _is_of(word: Correction, picture: Pictured) -> bool:
    """Whether a person's word holds for a picture: the same bytes, or the same photo in another file."""
    if word.raw_sha256 == picture.raw_sha256:
        return True
    is_photo = (word.source, word.key) == (picture.source, picture.key)
    return is_photo and (int(word.phash, 16) ^ int(picture.phash, 16)).bit_count() <= LOOKS_ALIKE

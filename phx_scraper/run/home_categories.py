"""The categories of a home's pictures, made of all that is known of each group of copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy import Connection

from phx_scraper.imaging.categories.decide import WORDS_VERSION, decide, leaves_open
from phx_scraper.imaging.categories.words import TAGGED, read_words
from phx_scraper.model.category import Seen
from phx_scraper.model.photo import Decision
from phx_scraper.storage.catalogue import categories, picture_corrections
from phx_scraper.storage.catalogue.categories import Pictured
from phx_scraper.storage.catalogue.picture_corrections import Correction

LOOKS_ALIKE = 8
"""Bits of 64 by which the pHash of another file of the same photo may differ."""


def version_with(model: str) -> str:
    """What rows are marked with that words and this model (empty for none) made."""
    return f"{WORDS_VERSION}+{model}" if model else WORDS_VERSION


def categorise_home(tx: Connection, property_hash: str, model: str = "") -> int:
    """Write what the home's pictures show; returns of how many it differs from before.

    What the model sees in them was asked before: that takes long, this does not. Without a model what an earlier one
    saw still counts: it is no reason to forget it that the model cannot be had today.
    """
    pictures = categories.pictured(tx, property_hash)
    predicted = categories.predictions(tx, [one.raw_sha256 for one in pictures], model)
    said = picture_corrections.of_home(tx, property_hash)
    seen: dict[int, Seen] = {}
    for group in _groups(pictures):
        seen |= dict.fromkeys((one.photo_id for one in group), _of_group(group, said, predicted))
    return categories.write(tx, property_hash, seen, version_with(model))


def unseen(tx: Connection, property_hash: str, model: str, decided: Iterable[Decision] = ()) -> list[Pictured]:
    """Kept pictures of which words leave the subject open and this model was not asked yet.

    `decided` is what is about to become of the home's photos. That another copy was looked at does not do: the order of
    their arrival would decide what is said of them.
    """
    kept = {one.photo_id: one.duplicate_of or one.photo_id for one in decided}
    pictures = [
        replace(one, kept_id=kept.get(one.photo_id, one.kept_id)) for one in categories.pictured(tx, property_hash)
    ]
    known = categories.predictions(tx, [one.raw_sha256 for one in pictures], model)
    return [group[0] for group in _groups(pictures) if group[0].raw_sha256 not in known and leaves_open(_words(group))]


def labelled(tx: Connection, property_hash: str) -> list[tuple[Pictured, str]]:
    """Kept pictures with a subject or kind that a person or a tag says beyond doubt: what heads are learned from."""
    said = picture_corrections.of_home(tx, property_hash)
    pairs = [(group[0], _of_group(group, said, {})) for group in _groups(categories.pictured(tx, property_hash))]
    named = [(one, seen.category.subject if seen.kind == "photo" else seen.kind, seen.category) for one, seen in pairs]
    return [
        (one, label)
        for one, label, category in named
        if label != "unknown" and category.signal in {"correction", "tag"} and category.confidence >= TAGGED
    ]


def _words(group: Sequence[Pictured]) -> Seen:
    return read_words([one.caption for one in group if one.caption], {tag for one in group for tag in one.tags})


def _groups(pictures: Iterable[Pictured]) -> list[list[Pictured]]:
    """Copies of one picture together, the kept one first."""
    ordered = sorted(pictures, key=lambda one: (one.kept_id, one.photo_id != one.kept_id, one.photo_id))
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.kept_id)]


def _of_group(group: Sequence[Pictured], said: Sequence[Correction], predicted: Mapping[str, Seen]) -> Seen:
    seen = next((predicted[one.raw_sha256] for one in group if one.raw_sha256 in predicted), None)
    correction = next((word.seen for word in reversed(said) if any(_is_of(word, one) for one in group)), None)
    return decide(_words(group), seen, correction, group[0].kind)


def _is_of(word: Correction, picture: Pictured) -> bool:
    """Whether a person's word holds for a picture: the same bytes, or the same photo in another file."""
    if word.raw_sha256 == picture.raw_sha256:
        return True
    is_photo = (word.source, word.key) == (picture.source, picture.key)
    return is_photo and (int(word.phash, 16) ^ int(picture.phash, 16)).bit_count() <= LOOKS_ALIKE

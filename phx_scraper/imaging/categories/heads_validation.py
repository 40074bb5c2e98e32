"""Judges labelled pictures by heads that never saw their homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.categories.heads import Floats, is_there, likeness, normalised
from phx_scraper.imaging.categories.heads_fit import Flags, Texts, fit_gate, fit_linear
from phx_scraper.imaging.categories.imagenet_category import imagenet_category
from phx_scraper.imaging.categories.vision_network import Sight
from phx_scraper.model.category import Category

_NO_SCORE = -30.0
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A picture whose label (a subject, or a kind) is known from a tag or a person; `group` is its home."""

    sight: Sight
    label: str
    group: str


@dataclass(frozen=True)
class Lecture:
    """The examples as arrays: rows of length 1, each one's label (index), home, and place by the table."""

    examples: Sequence[Example]
    labels: tuple[str, ...]
    pictures: Floats
    truth: npt.NDArray[np.intp]
    groups: Texts
    table: Sequence[Category]

    @classmethod
    def of(cls, examples: Sequence[Example], labels: tuple[str, ...]) -> Lecture:
        """The examples, whose labels are among `labels`."""
        pictures = normalised(np.stack([example.sight.features for example in examples]))
        truth = np.array([labels.index(example.label) for example in examples])
        table = [imagenet_category(example.sight.logits) for example in examples]
        return cls(examples, labels, pictures, truth, np.array([example.group for example in examples]), table)

    def flags(self, rows: Flags) -> Flags:
        """Chosen pictures x labels: which label is each one's."""
        return np.asarray(self.truth[rows, None] == np.arange(len(self.labels)))


@dataclass(frozen=True)
class Verdicts:
    """Of each picture, by heads that never saw its home: label, its score, and whether it is like what these saw."""

    label: npt.NDArray[np.intp]
    score: Floats
    like: Flags


def cross_validated(lecture: Lecture) -> Verdicts:
    """Verdicts on all examples; a fifth of the homes is judged by what the others teach, five times."""
    number = len(lecture.truth)
    verdicts = Verdicts(np.zeros(number, np.intp), np.zeros(number), np.zeros(number, np.bool_))
    fold_of = {home: index % _FOLDS for index, home in enumerate(sorted(set(lecture.groups.tolist())))}
    folds = np.array([fold_of[home] for home in lecture.groups.tolist()])
    for fold in range(_FOLDS):
        held, seen = folds == fold, folds != fold
        if not held.any() or not seen.any():
            continue
        scores = _scores(lecture, seen, held)
        verdicts.label[held], verdicts.score[held] = scores.argmax(axis=1), scores.max(axis=1)
        gate = fit_gate(lecture.pictures[seen], lecture.groups[seen])
        verdicts.like[held] = likeness(lecture.pictures[held], lecture.pictures[seen]) >= gate
    return verdicts


def _scores(lecture: Lecture, seen: Flags, asked: Flags) -> Floats:
    """Pictures asked x labels; a label of which none is seen has the least score."""
    flags = lecture.flags(seen)
    known = flags.any(axis=0) & ~flags.all(axis=0)
    scores = np.full((int(asked.sum()), len(lecture.labels)), _NO_SCORE)
    if known.any():
        scores[:, known] = fit_linear(lecture.pictures[seen], flags[:, known]).scores(lecture.pictures[asked])
    return scores


def placed(lecture: Lecture, said: npt.NDArray[np.intp]) -> Flags:
    """Whether the ImageNet table sees each picture where its verdict wants it."""
    pairs = zip(said, lecture.table, strict=True)
    return np.array([is_there(lecture.labels[label], one.location) for label, one in pairs])

"""Learns heads from labelled pictures, and keeps them only where they are better than the ImageNet table alone.

Figures are cross-validated by home: a picture is judged by heads that never saw its home, and thresholds are fitted on
such verdicts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.categories.heads import ACCEPTED, Floats, Heads, confidences, likeness, normalised, sigmoid
from phx_scraper.imaging.categories.heads_fit import (
    Flags,
    Texts,
    fit_calibration,
    fit_gate,
    fit_linear,
    fit_threshold,
)
from phx_scraper.imaging.categories.imagenet_category import imagenet_category
from phx_scraper.imaging.categories.vision_network import Sight

_LEAST_EXAMPLES = 4
_LEAST_LABELS = 2
_LEAST_HOMES = 2
_NO_SCORE = -30.0
_FOLDS = 5
# More teach little, and cost time and space.
_MOST_EXAMPLES, _MOST_STORED = 200, 32


@dataclass(frozen=True, slots=True)
class Example:
    """A picture whose label (a subject, or a kind) is known from a tag or a person; `group` is its home."""

    sight: Sight
    label: str
    group: str


@dataclass(frozen=True)
class Lesson:
    """What came of learning: `heads` is None where they are not better; `sentence` is for people.

    `confusion`: (label, verdict or "unknown") -> pictures, cross-validated; `right` and `table_right` are shares of all
    examples whose subject the heads, and the ImageNet table alone, say rightly; `precision` is of what heads accept.
    """

    heads: Heads | None
    sentence: str
    confusion: Mapping[tuple[str, str], int]
    right: float
    precision: float
    table_right: float


def learn(examples: Sequence[Example], model: str) -> Lesson:
    """Heads from examples, for the named model; the order of the examples does not matter."""
    chosen = _chosen(examples)
    labels = tuple(sorted({example.label for example in chosen}))
    if len(labels) < _LEAST_LABELS or len({example.group for example in chosen}) < _LEAST_EXAMPLES:
        reason = (
            f"Nothing is learned: it takes pictures of {_LEAST_EXAMPLES} homes or more, tagged or corrected, "
            f"{_LEAST_EXAMPLES} or more of each of {_LEAST_LABELS} subjects."
        )
        return Lesson(None, reason, {}, 0.0, 0.0, 0.0)
    return _judged(_Lecture.of(chosen, labels), model)


def _chosen(examples: Sequence[Example]) -> list[Example]:
    """Those of labels with enough of them, from more than one home; evenly drawn where there are many."""
    by_label: dict[str, list[Example]] = {}
    for example in sorted(examples, key=lambda one: hashlib.sha256(np.round(one.sight.features, 3).tobytes()).digest()):
        by_label.setdefault(example.label, []).append(example)
    return [
        example
        for label in sorted(by_label)
        if len(by_label[label]) >= _LEAST_EXAMPLES and len({e.group for e in by_label[label]}) >= _LEAST_HOMES
        for example in by_label[label][:_MOST_EXAMPLES]
    ]


@dataclass(frozen=True)
class _Lecture:
    """The examples as arrays: rows of length 1, the index of each one's label, its home."""

    examples: Sequence[Example]
    labels: tuple[str, ...]
    pictures: Floats
    truth: npt.NDArray[np.intp]
    groups: Texts

    @classmethod
    def of(cls, examples: Sequence[Example], labels: tuple[str, ...]) -> _Lecture:
        pictures = normalised(np.stack([example.sight.features for example in examples]))
        truth = np.array([labels.index(example.label) for example in examples])
        return cls(examples, labels, pictures, truth, np.array([example.group for example in examples]))

    def flags(self, rows: Flags) -> Flags:
        return np.asarray(self.truth[rows, None] == np.arange(len(self.labels)))


@dataclass(frozen=True)
class _Verdicts:
    """Of each picture, by heads that never saw its home: label, its score, and whether it is like what these saw."""

    label: npt.NDArray[np.intp]
    score: Floats
    like: Flags


def _cross_validated(lecture: _Lecture) -> _Verdicts:
    number = len(lecture.truth)
    verdicts = _Verdicts(np.zeros(number, np.intp), np.zeros(number), np.zeros(number, np.bool_))
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


def _scores(lecture: _Lecture, seen: Flags, asked: Flags) -> Floats:
    """Pictures asked x labels; a label of which none is seen has the least score."""
    flags = lecture.flags(seen)
    known = flags.any(axis=0) & ~flags.all(axis=0)
    scores = np.full((int(asked.sum()), len(lecture.labels)), _NO_SCORE)
    if known.any():
        scores[:, known] = fit_linear(lecture.pictures[seen], flags[:, known]).scores(lecture.pictures[asked])
    return scores


def _judged(lecture: _Lecture, model: str) -> Lesson:
    verdicts = _cross_validated(lecture)
    right = np.asarray(verdicts.label == lecture.truth)
    slope, intercept = fit_calibration(verdicts.score, right)
    margins = slope * verdicts.score + intercept
    threshold = fit_threshold(sigmoid(margins)[verdicts.like], right[verdicts.like])
    confidence = np.where(verdicts.like, confidences(margins, threshold), 0)
    names = [
        lecture.labels[label] if said else "unknown" for label, said in zip(verdicts.label, confidence, strict=True)
    ]
    heads_right = float((right & (confidence > 0)).mean())
    table_right = float(np.mean([imagenet_category(e.sight.logits).subject == e.label for e in lecture.examples]))
    better = heads_right > table_right
    precision = float(right[confidence >= ACCEPTED].mean()) if (confidence >= ACCEPTED).any() else 0.0
    sentence = (
        f"Learned from {len(right)} pictures: of homes not learned from, {heads_right:.0%} are said rightly "
        f"({table_right:.0%} without learning), and {precision:.0%} of those that are said for sure."
        if better
        else "Nothing is learned: on homes not learned from, the ImageNet table alone is as good."
    )
    return Lesson(
        _heads(lecture, model, (slope, intercept, threshold)) if better else None,
        sentence,
        Counter(zip((example.label for example in lecture.examples), names, strict=True)),
        heads_right,
        precision,
        table_right,
    )


def _heads(lecture: _Lecture, model: str, line: tuple[float, float, float]) -> Heads:
    everything = np.ones(len(lecture.truth), np.bool_)
    linear = fit_linear(lecture.pictures, lecture.flags(everything))
    scales = np.maximum(np.abs(linear.weights).max(axis=1), 1e-12) / 127
    stored = _stored(lecture)
    slope, intercept, threshold = line
    return Heads(
        model=model,
        labels=lecture.labels,
        weights=np.round(linear.weights / scales[:, None]).astype(np.int8),
        scales=scales,
        biases=linear.biases,
        examples=np.round(127 * lecture.pictures[stored] / lecture.pictures[stored].max()).astype(np.int8),
        gate=fit_gate(lecture.pictures[stored], lecture.groups[stored]),
        slope=slope,
        intercept=intercept,
        threshold=threshold,
        counts=dict(Counter(example.label for example in lecture.examples)),
    )


def _stored(lecture: _Lecture) -> Flags:
    """The first few of each label."""
    flags = np.zeros(len(lecture.truth), np.bool_)
    for label in range(len(lecture.labels)):
        flags[np.flatnonzero(lecture.truth == label)[:_MOST_STORED]] = True
    return flags

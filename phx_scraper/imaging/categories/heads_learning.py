"""Learns heads from labelled pictures; keeps them where they are better than the ImageNet table, and than one answer.

Figures are cross-validated by home: a picture is judged by heads that never saw its home, and thresholds are fitted on
such verdicts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from phx_scraper.imaging.categories.heads import ACCEPTED, Heads, confidences, sigmoid
from phx_scraper.imaging.categories.heads_fit import Flags, fit_calibration, fit_gate, fit_linear, fit_threshold
from phx_scraper.imaging.categories.heads_validation import Example, Lecture, cross_validated, placed

_LEAST_EXAMPLES = 4
_LEAST_LABELS = 2
_LEAST_HOMES = 2
# More teach little, and cost time and space.
_MOST_EXAMPLES, _MOST_STORED = 200, 32


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
    return _judged(Lecture.of(chosen, labels), model)


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


def _judged(lecture: Lecture, model: str) -> Lesson:
    verdicts = cross_validated(lecture)
    right = np.asarray(verdicts.label == lecture.truth)
    slope, intercept = fit_calibration(verdicts.score, right)
    margins = slope * verdicts.score + intercept
    judged = verdicts.like | placed(lecture, verdicts.label)
    threshold = fit_threshold(sigmoid(margins)[judged], right[judged])
    confidence = np.where(judged, confidences(margins, threshold), 0)
    names = [
        lecture.labels[label] if said else "unknown" for label, said in zip(verdicts.label, confidence, strict=True)
    ]
    heads_right = float((right & (confidence > 0)).mean())
    table_right = float(
        np.mean([one.subject == e.label for one, e in zip(lecture.table, lecture.examples, strict=True)])
    )
    commonest = float(np.bincount(lecture.truth).max() / len(right))
    better = heads_right > max(table_right, commonest)
    precision = float(right[confidence >= ACCEPTED].mean()) if (confidence >= ACCEPTED).any() else 0.0
    return Lesson(
        _heads(lecture, model, (slope, intercept, threshold)) if better else None,
        _told(len(right), heads_right, precision, table_right) if better else _NOT_BETTER,
        Counter(zip((example.label for example in lecture.examples), names, strict=True)),
        heads_right,
        precision,
        table_right,
    )


_NOT_BETTER = "Nothing is learned: on homes not learned from, the ImageNet table or always the same answer is as good."


def _told(pictures: int, right: float, precision: float, table_right: float) -> str:
    return (
        f"Learned from {pictures} pictures: of homes not learned from, {right:.0%} are said rightly "
        f"({table_right:.0%} without learning), and {precision:.0%} of those that are said for sure."
    )


def _heads(lecture: Lecture, model: str, line: tuple[float, float, float]) -> Heads:
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


def _stored(lecture: Lecture) -> Flags:
    """The first few of each label."""
    flags = np.zeros(len(lecture.truth), np.bool_)
    for label in range(len(lecture.labels)):
        flags[np.flatnonzero(lecture.truth == label)[:_MOST_STORED]] = True
    return flags

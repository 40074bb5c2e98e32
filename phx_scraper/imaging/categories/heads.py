"""Heads on the model's features, learned from a collection's own tagged and corrected pictures.

Each label has a sigmoid of its own, so that all may say no; and what is not like the pictures that were learned from,
whose mean cosine to the five nearest of them is below a bound, is judged only where the ImageNet table, which needs no
such pictures, sees that it was taken indoors or outdoors as the label wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phx_scraper.model.subjects import SUBJECTS

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.int8]

NEIGHBOURS = 5


ACCEPTED = 80
"""The least confidence of a verdict that is as good as wanted; below it a person should look."""

# Less likely verdicts are not given at all.
_LEAST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label, and how often of a hundred such verdicts one is right."""

    label: str
    confidence: int


@dataclass(frozen=True)
class Heads:
    """`weights` and `examples` are int8; weights count `scales` each. A label is a subject or a kind.

    weights: labels x features; examples: pictures x features, whose lengths do not matter. `slope` and `intercept` turn
    the best score into a share that is right; from the share `threshold` on a verdict is accepted. `gate` is the least
    likeness to the examples. `counts`: pictures that each label was learned from; `model` names what gives features.
    """

    model: str
    labels: tuple[str, ...]
    weights: Bytes
    scales: Floats
    biases: Floats
    examples: Bytes
    gate: float
    slope: float
    intercept: float
    threshold: float
    counts: Mapping[str, int]

    def judge(self, features: npt.NDArray[np.float32], location: str = "unk") -> Verdict | None:
        """The label of a picture; None where no head is sure enough, or where it is like none of the examples.

        `location` is what the ImageNet table says of it.
        """
        picture = normalised(features[None])
        scores = ((picture @ self.weights.T.astype(np.float64)) * self.scales + self.biases)[0]
        best = int(scores.argmax())
        confidence = int(confidences(self.slope * scores[best] + self.intercept, self.threshold))
        label = self.labels[best]
        if not confidence or not (
            is_there(label, location) or likeness(picture, normalised(self.examples))[0] >= self.gate
        ):
            return None
        return Verdict(label, confidence)


def is_there(label: str, location: str) -> bool:
    """Whether a picture that was taken there may show it; what is no photo has no such place."""
    return SUBJECTS.get(label) == location


def confidences(margins: Floats | float, threshold: float) -> npt.NDArray[np.intp]:
    """0 to 100 for calibrated scores: from `ACCEPTED` on where they are accepted, 0 for what is not to be given."""
    shares = sigmoid(margins)
    percent = (100 * shares).astype(np.intp)
    bounded = np.where(shares >= threshold, np.maximum(percent, ACCEPTED), np.minimum(percent, ACCEPTED - 1))
    return np.asarray(np.where(shares >= _LEAST_SHARE, bounded, 0))


def normalised(rows: npt.NDArray[np.float32] | Bytes) -> Floats:
    """Rows of length 1; one of zeros stays as it is."""
    values = np.asarray(rows, np.float64)
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12))


def likeness(pictures: Floats, examples: Floats) -> Floats:
    """Of each picture the mean cosine to its nearest examples."""
    return np.asarray(nearest_mean(pictures @ examples.T))


def nearest_mean(cosines: Floats) -> Floats:
    """The mean of the five largest of each row."""
    number = min(NEIGHBOURS, cosines.shape[1])
    return np.asarray(np.sort(cosines, axis=1)[:, -number:].mean(axis=1))


def sigmoid(values: Floats | float) -> Floats:
    """1 / (1 + exp(-value)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(values))))

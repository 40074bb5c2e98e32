"""Fits heads: one-vs-rest logistic regression with squared weights as penalty, calibration, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.categories.heads import NEIGHBOURS, Floats, nearest_mean, sigmoid

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

# Weight of the examples against the penalty; figures hardly change from 10 to 100.
_C = 30.0
_MOST_STEPS = 200
# The least likeness keeps this share of the pictures learned from.
_KEPT_BY_GATE = 0.95
# Of the verdicts that are accepted so many are to be right.
_WANTED_PRECISION = 0.98


@dataclass(frozen=True)
class Linear:
    """Scores of pictures (rows of length 1) are pictures @ weights.T + biases: one for each label."""

    weights: Floats
    biases: Floats

    def scores(self, pictures: Floats) -> Floats:
        """Pictures x labels."""
        return np.asarray(pictures @ self.weights.T + self.biases)


def fit_linear(pictures: Floats, truth: Flags) -> Linear:
    """Fit one sigmoid for each column of `truth` (pictures x labels); few examples count as much as many of another."""
    mean = pictures.mean(axis=0)
    centred, signs = pictures - mean, np.where(truth, 1.0, -1.0)
    importance = np.where(truth, 1 / truth.sum(axis=0), 1 / (~truth).sum(axis=0)) * len(truth) / 2
    shape = (truth.shape[1], pictures.shape[1] + 1)

    def loss(flat: Floats) -> tuple[float, Floats]:
        both = flat.reshape(shape)
        margins = signs * (centred @ both[:, :-1].T + both[:, -1])
        value = (importance * np.logaddexp(0, -margins)).sum() + (both[:, :-1] ** 2).sum() / (2 * _C)
        pull = -importance * signs * sigmoid(-margins)
        slopes = np.column_stack([pull.T @ centred + both[:, :-1] / _C, pull.sum(axis=0)])
        return float(value), slopes.ravel()

    found = _minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS})
    both = found.x.reshape(shape)
    return Linear(both[:, :-1], both[:, -1] - both[:, :-1] @ mean)


def fit_calibration(best: Floats, right: Flags) -> tuple[float, float]:
    """Slope and intercept that turn a best score into the share that is right (Platt 1999, with his targets)."""
    targets = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))

    def loss(line: Floats) -> tuple[float, Floats]:
        values = line[0] * best + line[1]
        value = (np.logaddexp(0, values) - targets * values).sum()
        away = sigmoid(values) - targets
        return float(value), np.array([(away * best).sum(), away.sum()])

    found = _minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)])
    return float(found.x[0]), float(found.x[1])


def fit_threshold(shares: Floats, right: Flags) -> float:
    """The least share above which verdicts are right as often as wanted; over 1 where there is none."""
    order = np.argsort(-shares, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= _WANTED_PRECISION)
    return float(shares[order[good[-1]]]) if len(good) else 1.1


def fit_gate(pictures: Floats, groups: Texts) -> float:
    """The least likeness, from that of each picture to those of other homes; over 1 where these are too few."""
    cosines = pictures @ pictures.T
    same = groups[:, None] == groups[None, :]
    cosines[same] = -1.0
    compared = (~same).sum(axis=1) >= NEIGHBOURS
    return float(np.quantile(nearest_mean(cosines[compared]), 1 - _KEPT_BY_GATE)) if compared.any() else 1.1


def _minimize(*args: Any, **options: Any) -> Any:
    # Its import takes as long as half of a command's start, and only learning needs it.
    from scipy.optimize import minimize

    return minimize(*args, **options)

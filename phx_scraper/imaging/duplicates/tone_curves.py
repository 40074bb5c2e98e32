"""Monotonic curves from the levels of one picture to those of another of the same scene, fitted robustly."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.alignment import Floats

_BINS = 16
_WIDTH = 256 // _BINS
_LEVELS = np.arange(256, dtype=np.float64)
# Grey levels by which a pixel may miss the curve before its weight falls.
_LEAST_SPREAD = 5.0
# Weight in pixels of the one straight line towards which bins with few pixels are pulled.
_BIN_PRIOR = 4.0
_ROUNDS = 3
_LEAST_GAIN, _MOST_GAIN = 0.2, 5.0

Doubles = npt.NDArray[np.float64]


def fit_curve(source: Doubles, target: Doubles, weights: Doubles) -> Floats:
    """(256,) levels of the target by level of the source, from samples (levels 0..255) and their weights (0..1)."""
    bins = (source / _WIDTH).astype(np.intp)
    sample_weights = weights
    for _ in range(_ROUNDS):
        knots, values = _knots(bins, source, target, weights)
        missed = np.abs(np.interp(source, knots, values) - target)
        weights = sample_weights / (1 + (missed / max(_LEAST_SPREAD, 1.5 * float(np.median(missed)))) ** 2)
    return np.interp(_LEVELS, knots, values).astype(np.float32)


def _knots(bins: npt.NDArray[np.intp], source: Doubles, target: Doubles, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Means of source and target in each bin."""
    weight, total, aimed = (np.bincount(bins, each, _BINS) for each in (weights, weights * source, weights * target))
    everything = float(weight.sum()) + 1e-6
    mean, aim = float(total.sum()) / everything, float(aimed.sum()) / everything
    centred = weights * (source - mean)
    gain = float(centred @ (target - aim)) / (float(centred @ (source - mean)) + 1)
    knots = np.where(weight > 0, total / np.maximum(weight, 1e-6), _LEVELS[_WIDTH // 2 :: _WIDTH])
    line = np.clip(aim + min(max(gain, _LEAST_GAIN), _MOST_GAIN) * (knots - mean), 0, 255)
    values = (aimed + _BIN_PRIOR * line) / (weight + _BIN_PRIOR)
    return knots, _monotonic(np.asarray(values, np.float64), np.asarray(weight + _BIN_PRIOR, np.float64))


def _monotonic(values: Doubles, weights: Doubles) -> Doubles:
    """The nearest sequence that does not fall (pooling adjacent violators), by weighted least squares."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        length = 1
        while pools and pools[-1][0] > value:
            before, its_weight, its_length = pools.pop()
            value = (before * its_weight + value * weight) / (its_weight + weight)
            weight, length = weight + its_weight, length + its_length
        pools.append((value, weight, length))
    return np.repeat([value for value, _, _ in pools], [length for _, _, length in pools])


def apply_curve(curve: Floats, levels: Floats) -> Floats:
    """The levels (any shape, 0..255) as the curve has them; of a (256, 3) curve each channel as its own."""
    return np.asarray(cv2.LUT(levels.astype(np.uint8), curve[None]), np.float32)


def steepness(curve: Floats) -> Floats:
    """(256,) factor by which the curve amplifies a difference at each level, at least 1."""
    smooth = cv2.blur(curve[None], (25, 1), borderType=cv2.BORDER_REPLICATE)[0]
    return np.asarray(np.maximum(np.gradient(smooth), 1), np.float32)

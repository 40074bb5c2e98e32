"""How far parts of two aligned squares are shifted: not at all after a crop or a turn; another viewpoint has parallax.

Small windows are tracked from one picture to the other (Lucas and Kanade); drift is the part of their moves that one
affine map does not explain.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from phx_scraper.imaging.duplicates.alignment import Floats, Mask
from phx_scraper.imaging.duplicates.signature import SIDE
from phx_scraper.imaging.duplicates.tone_curves import Doubles

_GRID = np.arange(12, SIDE - 8, 8, dtype=np.float32)
_PLACES = np.stack(np.meshgrid(_GRID, _GRID), axis=-1).reshape(-1, 1, 2)
_COLUMNS, _ROWS = (_PLACES[:, 0, axis].astype(int) for axis in (0, 1))
_WINDOW, _LEVELS = (15, 15), 1
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.02)
# Windows with less texture, or with a worse fit (grey levels), are not tracked.
_LEAST_TEXTURE, _WORST_FIT = 2e-3, 12.0
_SPREAD = 0.3
_ROUNDS = 3


@dataclass(frozen=True)
class Drift:
    """Pixels of the square by which windows are shifted: `median` and `upper` quartile; the number of windows."""

    median: float
    upper: float
    places: int


def measure_drift(first: Floats, second: Floats, counted: Mask) -> Drift:
    """Track windows of the second grey square in the first, both aligned and in equal tones, only where `counted`."""
    aligned, other = (np.clip(grey, 0, 255).astype(np.uint8) for grey in (first, second))
    moved, found, fit = (
        np.asarray(each)
        for each in cv2.calcOpticalFlowPyrLK(
            other,
            aligned,
            _PLACES,
            _PLACES.copy(),
            winSize=_WINDOW,
            maxLevel=_LEVELS,
            criteria=_STEPS,
            minEigThreshold=_LEAST_TEXTURE,
        )
    )
    good = (found[:, 0] > 0) & (fit[:, 0] < _WORST_FIT) & (counted[_ROWS, _COLUMNS] > 0)
    if good.sum() < 6:
        return Drift(0.0, 0.0, int(good.sum()))
    off = _unexplained(np.asarray(_PLACES[good, 0], np.float64), np.asarray((moved - _PLACES)[good, 0], np.float64))
    return Drift(float(np.median(off)), float(np.percentile(off, 75)), len(off))


def _unexplained(places: Doubles, moves: Doubles) -> Doubles:
    """Lengths of the moves without the affine map that fits most of them."""
    terms = np.column_stack([places, np.ones(len(places))])
    weights = np.ones(len(places))
    for _ in range(_ROUNDS):
        weighted = terms * weights[:, None]
        coefficients = np.linalg.solve(terms.T @ weighted + 1e-6 * np.eye(3), weighted.T @ moves)
        off = np.linalg.norm(moves - terms @ coefficients, axis=1)
        weights = 1 / (1 + (off / _SPREAD) ** 2)
    return np.asarray(off, np.float64)

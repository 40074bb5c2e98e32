"""How good a picture is, in three numbers, and whether it shows anything at all."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# Every third pixel each way: plenty for a statistic, a ninth of the work.
_SAMPLE_STEP = 3
# Grey levels; the plainest of 99 real listing photos measures 30, a JPEG of one colour below 1.
_SINGLE_COLOUR_DEVIATION = 3.0
_STRUCTURELESS_DEVIATION = 1.5


def measures(grey: Pixels) -> dict[str, float]:
    """`sharpness`: variance of the Laplacian; `exposure`: mean grey, 0..1; `entropy`: of the histogram, bits 0..8."""
    sample = grey[::_SAMPLE_STEP, ::_SAMPLE_STEP]
    counts = np.bincount(sample.ravel(), minlength=256)
    shares = counts[counts > 0] / sample.size
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return {
        "sharpness": round(float(deviation[0, 0]) ** 2, 3),
        "exposure": round(float(cv2.mean(grey)[0]) / 255, 4),
        "entropy": round(float(-(shares * np.log2(shares)).sum()), 4),
    }


def is_single_colour(pixels: Pixels) -> bool:
    """True for an RGB picture (height, width, 3) whose every channel hardly varies: a placeholder, not a photo."""
    _, deviations = cv2.meanStdDev(np.ascontiguousarray(pixels[::_SAMPLE_STEP, ::_SAMPLE_STEP]))
    return bool((deviations < _SINGLE_COLOUR_DEVIATION).all())


def is_structureless(reduced: Floats) -> bool:
    """True when a 32x32 grey reduction is no more than a plane (a wash or gradient): its hash bits are noise."""
    side = np.linspace(-1.0, 1.0, reduced.shape[0])
    centred = reduced - reduced.mean()
    across, down = (centred.mean(axis=axis) @ side / (side @ side) for axis in (0, 1))
    residue = centred - across * side[None, :] - down * side[:, None]
    return bool(residue.std() < _STRUCTURELESS_DEVIATION)

"""A picture's quality in three numbers, and whether it shows anything at all."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# All are measured at one scale; otherwise a large download would always seem less sharp than a small one.
_MEASURED_SIDE = 512
_SAMPLE_STEP = 5
# Grey levels; the plainest of 99 real listing photos measures 30, a JPEG of one colour below 1.
_SINGLE_COLOUR_DEVIATION = 3.0
_STRUCTURELESS_DEVIATION = 1.5


def reduce_for_measuring(pixels: Pixels) -> Pixels:
    """The (height, width, 3) RGB picture, reduced by a whole number to at most 512 pixels a side.

    Averaging full blocks is ten times faster; up to `factor - 1` rows and columns are left out.
    """
    height, width, _ = pixels.shape
    factor = -(-max(height, width) // _MEASURED_SIDE)
    if factor == 1 or min(height, width) < factor:
        return pixels
    size = (width // factor, height // factor)
    whole = pixels[: size[1] * factor, : size[0] * factor]
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


def grey_of(pixels: Pixels) -> Pixels:
    """Grey levels of an RGB picture (ITU-R BT.601 luma)."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def quality_measures(grey: Pixels) -> dict[str, float]:
    """`sharpness`: variance of the Laplacian; `exposure`: mean grey, 0..1; `entropy`: of the histogram, bits 0..8."""
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256])
    shares = counts[counts > 0] / grey.size
    return {
        "sharpness": round(float(deviation[0, 0]) ** 2, 3),
        "exposure": round(float(cv2.mean(grey)[0]) / 255, 4),
        "entropy": round(float(-(shares * np.log2(shares)).sum()), 4),
    }


def is_single_colour(pixels: Pixels) -> bool:
    """True for an RGB picture (height, width, 3) with little variation in every channel: a placeholder, not a photo."""
    _, deviations = cv2.meanStdDev(np.ascontiguousarray(pixels[::_SAMPLE_STEP]))
    return bool((deviations < _SINGLE_COLOUR_DEVIATION).all())


def is_structureless(reduced: Floats) -> bool:
    """True when a 32x32 grey reduction is only a plane (one colour or a gradient): its hash bits are noise."""
    side = np.linspace(-1.0, 1.0, reduced.shape[0])
    centred = reduced - reduced.mean()
    across, down = (centred.mean(axis=axis) @ side / (side @ side) for axis in (0, 1))
    residue = centred - across * side[None, :] - down * side[:, None]
    return bool(residue.std() < _STRUCTURELESS_DEVIATION)

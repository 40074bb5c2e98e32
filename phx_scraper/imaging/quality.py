"""How good a picture is, in three numbers, and whether it shows anything at all."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# Measured at one scale, or a large download would always seem less sharp than a small one.
_MEASURED_SIDE = 512
_SAMPLE_STEP = 5
# Grey levels; the plainest of 99 real listing photos measures 30, a JPEG of one colour below 1.
_SINGLE_COLOUR_DEVIATION = 3.0
_STRUCTURELESS_DEVIATION = 1.5


def grey_of(pixels: Pixels) -> Pixels:
    """The (height, width, 3) RGB picture as grey levels (ITU-R BT.601 luma), at most 512 pixels a side."""
    height, width, _ = pixels.shape
    scale = _MEASURED_SIDE / max(height, width)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    if scale >= 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def measures(grey: Pixels) -> dict[str, float]:
    """`sharpness`: variance of the Laplacian; `exposure`: mean grey, 0..1; `entropy`: of the histogram, bits 0..8."""
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    counts = np.bincount(grey.ravel(), minlength=256)
    shares = counts[counts > 0] / grey.size
    return {
        "sharpness": round(float(deviation[0, 0]) ** 2, 3),
        "exposure": round(float(cv2.mean(grey)[0]) / 255, 4),
        "entropy": round(float(-(shares * np.log2(shares)).sum()), 4),
    }


def is_single_colour(pixels: Pixels) -> bool:
    """True for an RGB picture (height, width, 3) whose every channel hardly varies: a placeholder, not a photo."""
    _, deviations = cv2.meanStdDev(np.ascontiguousarray(pixels[::_SAMPLE_STEP]))
    return bool((deviations < _SINGLE_COLOUR_DEVIATION).all())


def is_structureless(reduced: Floats) -> bool:
    """True when a 32x32 grey reduction is no more than a plane (a wash or gradient): its hash bits are noise."""
    side = np.linspace(-1.0, 1.0, reduced.shape[0])
    centred = reduced - reduced.mean()
    across, down = (centred.mean(axis=axis) @ side / (side @ side) for axis in (0, 1))
    residue = centred - across * side[None, :] - down * side[:, None]
    return bool(residue.std() < _STRUCTURELESS_DEVIATION)

"""Where one square picture lies in another: a first estimate from the windows, refined to a fraction of a pixel.

Positions are in the unit square; a transform is a 3x3 matrix that maps positions of the second picture to positions of
the first. For a mirrored copy the second picture is flipped before anything else.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.imaging.duplicates.signature import SIDE, Box

Matrix = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.uint8]

_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 25, 1e-4)
_BLUR = 5
# Pixel centres lie half a pixel inside the unit square's grid.
_TO_PIXELS: Matrix = np.array([[SIDE, 0, -0.5], [0, SIDE, -0.5], [0, 0, 1]], np.float64)
FLIP: Matrix = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1]], np.float64)


def box_transform(box: Box) -> Matrix:
    """The transform that puts the whole square into the box (left, top, right, bottom margins)."""
    left, top, right, bottom = box
    return np.array([[1 - left - right, 0, left], [0, 1 - top - bottom, top], [0, 0, 1]], np.float64)


def inverse(transform: Matrix) -> Matrix:
    """The inverse transform."""
    return np.asarray(np.linalg.inv(transform), np.float64)


def pixel_warp(transform: Matrix) -> Floats:
    """The transform as OpenCV's (2, 3) matrix between pixels of two signature squares."""
    return np.asarray((_TO_PIXELS @ transform @ inverse(_TO_PIXELS))[:2], np.float32)


def warp_onto(square: Floats, warp: Floats) -> Floats:
    """The first square (one channel or three) warped onto the second; its border is repeated outside."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(square, warp, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def overlap_mask(warp: Floats) -> Floats:
    """1 where the warped first square covers a pixel of the second, else 0."""
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(np.ones((SIDE, SIDE), np.float32), warp, (SIDE, SIDE), flags=flags), np.float32)


def refine_warp(first: Floats, second: Floats, warp: Floats, mask: Mask | None = None) -> Floats | None:
    """The affine warp, improved by maximising the enhanced correlation coefficient (Evangelidis and Psarakis, 2008).

    It does not depend on brightness and contrast. None where the two pictures cannot be aligned. `mask` marks the
    pixels of `first` that count.
    """
    mask = np.full(first.shape, 255, np.uint8) if mask is None else mask
    try:
        _, found = cv2.findTransformECC(second, first, warp.copy(), cv2.MOTION_AFFINE, _STEPS, mask, _BLUR)
    except cv2.error:
        return None
    return np.asarray(found, np.float32) if _plausible(np.asarray(found)) else None


def _plausible(warp: npt.NDArray[np.generic]) -> bool:
    """Whether a copy may have this warp: cropped, framed, a little squeezed or turned by a few degrees."""
    scale_x, shear_x, _, shear_y, scale_y, _ = (float(value) for value in warp.ravel())
    scales_fit = all(0.6 < scale < 1.6 for scale in (scale_x, scale_y))
    return scales_fit and abs(shear_x) < 0.12 and abs(shear_y) < 0.12

"""PNG's Paeth row filter (W3C PNG, section 9.4) for a whole picture, by OpenCV's vectorised functions."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

_PAETH = 4
_CHANNELS = 3
# Rows at a time: the dozen intermediate planes of a block stay in the second-level cache.
_BLOCK_ROWS = 64

Pixels = npt.NDArray[np.uint8]


def paeth_filtered(pixels: Pixels) -> Pixels:
    """(height, 1 + 3 * width) filter bytes of the (height, width, 3) RGB picture: a filter type, then differences."""
    height, width, _ = pixels.shape
    # One row and one pixel of zeros are the missing neighbours of the first row and column.
    padded = np.zeros((height + 1, (width + 1) * _CHANNELS), np.uint8)
    padded[1:, _CHANNELS:] = pixels.reshape(height, width * _CHANNELS)
    filtered = np.empty((height, 1 + width * _CHANNELS), np.uint8)
    filtered[:, 0] = _PAETH
    for top in range(0, height, _BLOCK_ROWS):
        end = min(top + _BLOCK_ROWS, height)
        here, left = padded[top + 1 : end + 1, _CHANNELS:], padded[top + 1 : end + 1, :-_CHANNELS]
        predicted = _predicted(left, padded[top:end, _CHANNELS:], padded[top:end, :-_CHANNELS])
        np.subtract(here, predicted, out=filtered[top:end, 1:])
    return filtered


def _predicted(left: Pixels, up: Pixels, corner: Pixels) -> Pixels:
    """Whichever of the three is nearest to left + up - corner; ties go to left, then up.

    The distances are |up - corner| to left and |left - corner| to up. That to the corner can only be the smallest
    when the corner lies strictly between the two, and is then the difference of the other distances.
    """
    to_left, to_up = cv2.absdiff(up, corner), cv2.absdiff(left, corner)
    between = cv2.compare(cv2.absdiff(left, up), cv2.max(to_left, to_up), cv2.CMP_GT)
    nearer = cv2.compare(cv2.absdiff(to_left, to_up), cv2.min(to_left, to_up), cv2.CMP_LT)
    predicted = up.copy()
    cv2.copyTo(left, cv2.compare(to_left, to_up, cv2.CMP_LE), predicted)
    cv2.copyTo(corner, cv2.bitwise_and(between, nearer), predicted)
    return predicted

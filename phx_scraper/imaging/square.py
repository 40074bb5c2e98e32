"""The small square of a picture that a model looks at: 224 pixels a side, RGB, whatever the picture's proportions."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

SIDE = 224
BYTES = SIDE * SIDE * 3


def square_of(pixels: Pixels) -> Pixels:
    """An RGB picture (height, width, 3) squashed by averaging; a square of that size as it is.

    Neither a thumbnail nor the picture that is averaged for measuring will do: of other things twice as much would be
    taken for a home, and of houses' fronts less.
    """
    return np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def pixels_of(square: bytes) -> Pixels:
    """The square whose `tobytes()` these are. Raises ValueError for bytes of any other number."""
    return np.frombuffer(square, np.uint8).reshape(SIDE, SIDE, 3)

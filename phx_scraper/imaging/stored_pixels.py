"""Pixels of a picture that was stored: a file of our own making, so it needs no process of its own to be decoded."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt


def stored_pixels(data: bytes) -> npt.NDArray[np.uint8] | None:
    """RGB (height, width, 3); None for bytes that are no picture any more."""
    if not data:
        return None
    # For a damaged file OpenCV gives nothing, and for one cut short an error as well.
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None
    return None if found is None else np.asarray(found, np.uint8)

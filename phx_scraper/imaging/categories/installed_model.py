"""The model that is installed, for whoever asks about a single picture without a collection."""

from __future__ import annotations

from functools import cache

import numpy as np

from phx_scraper.errors import BadPhoto, VisionUnavailable
from phx_scraper.imaging.categories.vision import Vision, open_vision, predict
from phx_scraper.imaging.decode import decode
from phx_scraper.imaging.image_options import DEFAULT
from phx_scraper.model.category import Seen


def see_picture(data: bytes) -> Seen | None:
    """What the model sees in a picture of any format; None for bytes that are none, and where no model is installed."""
    try:
        pixels = np.asarray(decode(data, DEFAULT.max_pixels).image)
    except BadPhoto:
        return None
    vision = _vision()
    return None if vision is None else predict(pixels, vision)


@cache
def _vision() -> Vision | None:
    try:
        return open_vision()
    except VisionUnavailable:
        return None

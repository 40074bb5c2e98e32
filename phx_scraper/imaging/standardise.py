"""The stored form of a picture: reduced to a longest side, never enlarged."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
from PIL import Image

from phx_scraper.imaging.lanczos import Pixels, exact_for, reduce_pixels


def standard_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """(width, height) as `Image.thumbnail((longest, longest))` computes them, closest to the aspect ratio."""
    width, height = size
    if width <= longest and height <= longest:
        return size
    aspect = width / height
    if aspect <= 1:
        return _closest(longest * aspect, lambda n: abs(aspect - n / longest)), longest
    return longest, _closest(longest / aspect, lambda n: abs(aspect - longest / n) if n else 0.0)


def _closest(number: float, error: Callable[[int], float]) -> int:
    return max(min(math.floor(number), math.ceil(number), key=error), 1)


def standardise(image: Image.Image, longest: int) -> Pixels:
    """The RGB picture reduced by Pillow's Lanczos filter to at most `longest` pixels a side: (height, width, 3).

    Equal to `image.resize(size, LANCZOS)` bit for bit, and to `image` itself where it fits.
    """
    size = standard_size(image.size, longest)
    if size == image.size:
        return np.asarray(image)
    if exact_for(image.size, size):
        return reduce_pixels(np.asarray(image), size)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def jpeg_bytes(pixels: Pixels, quality: int) -> bytes:
    """The (height, width, 3) RGB array as a baseline JPEG of that quality (1..95)."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

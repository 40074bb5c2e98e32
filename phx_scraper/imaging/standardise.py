"""The stored form of a picture: at most so many pixels long, never enlarged, as PNG or JPEG."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

from PIL import Image


def standard_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """(width, height) that `Image.thumbnail((longest, longest))` gives: its arithmetic keeps the aspect closest."""
    width, height = size
    if width <= longest and height <= longest:
        return size
    aspect = width / height
    if aspect <= 1:
        return _closest(longest * aspect, lambda n: abs(aspect - n / longest)), longest
    return longest, _closest(longest / aspect, lambda n: abs(aspect - longest / n) if n else 0.0)


def _closest(number: float, error: Callable[[int], float]) -> int:
    return max(min(math.floor(number), math.ceil(number), key=error), 1)


def standardise(image: Image.Image, longest: int) -> Image.Image:
    """The picture reduced by Pillow's Lanczos filter to at most `longest` pixels a side; the same object if it fits."""
    size = standard_size(image.size, longest)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def jpeg_bytes(image: Image.Image, quality: int) -> bytes:
    """The picture as a baseline JPEG of that quality (1..95)."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

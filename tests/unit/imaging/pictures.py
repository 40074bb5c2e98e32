"""Pictures drawn for the tests: seeded, textured, never read from a file."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from phx_scraper.imaging import Options

SMALL = Options(min_width=1, min_height=1)


def room(seed: int, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """A picture with large shapes, edges and fine texture, different for each seed."""
    rng = np.random.default_rng(seed)
    width, height = size
    image = Image.new("RGB", size, tuple(int(v) for v in rng.integers(60, 200, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = int(rng.integers(-width // 4, width)), int(rng.integers(-height // 4, height))
        box = (x, y, x + int(rng.integers(width // 12, width // 2)), y + int(rng.integers(height // 12, height // 2)))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        (draw.rectangle if rng.random() < 0.6 else draw.ellipse)(box, fill=colour)
    texture = rng.normal(0, 6, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + texture, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def stored(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean absolute difference of two RGB pictures of one size, in grey levels."""
    a, b = (np.asarray(image.convert("RGB"), dtype=np.int16) for image in (first, second))
    assert a.shape == b.shape
    return float(np.abs(a - b).mean())

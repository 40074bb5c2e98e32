"""Building sketches: outlines with measures, as line art in PNG."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

_SIZES = ((1280, 1024), (940, 1242))
_INK, _PAPER = 0, 255
# Segments of a digit, each from (x, y) to (x, y) in units of a cell one wide and two high.
_SEGMENTS = {
    "a": ((0, 0), (1, 0)),
    "b": ((1, 0), (1, 1)),
    "c": ((1, 1), (1, 2)),
    "d": ((0, 2), (1, 2)),
    "e": ((0, 1), (0, 2)),
    "f": ((0, 0), (0, 1)),
    "g": ((0, 1), (1, 1)),
}
_DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")


def sketch(seed: str) -> bytes:
    """The sketch as a PNG file; equal seeds give equal bytes."""
    random = Random(f"sketch:{seed}")
    size = random.choice(_SIZES)
    picture = Image.new("L", size, _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, size[0] - 9, size[1] - 9), outline=_INK, width=2)
    left, top = size[0] * random.uniform(0.12, 0.25), size[1] * random.uniform(0.12, 0.25)
    for _ in range(random.randint(2, 5)):
        left, top = _room(draw, size, (left, top), random)
    _number(draw, (30, size[1] - 60), random.randint(1000, 9999), 14)
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _room(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], corner: tuple[float, float], random: Random
) -> tuple[float, float]:
    """One outline with its two measures; returns where the next one begins."""
    left, top = corner
    wide, tall = size[0] * random.uniform(0.16, 0.42), size[1] * random.uniform(0.12, 0.34)
    right, bottom = min(left + wide, size[0] - 60), min(top + tall, size[1] - 90)
    if random.random() < 0.5:
        cut = random.uniform(0.2, 0.5)
        inner_x, inner_y = right - wide * cut, bottom - tall * cut
        points = [(left, top), (right, top), (right, inner_y), (inner_x, inner_y), (inner_x, bottom), (left, bottom)]
    else:
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    draw.line([*points, points[0]], fill=_INK, width=3)
    _number(draw, ((left + right) / 2 - 20, top + 10), random.randint(8, 64), 9)
    _number(draw, (left + 10, (top + bottom) / 2), random.randint(8, 64), 9)
    return (right, top) if random.random() < 0.5 and right < size[0] * 0.7 else (left, min(bottom, size[1] * 0.7))


def _number(draw: ImageDraw.ImageDraw, corner: tuple[float, float], value: int, unit: int) -> None:
    x, y = corner
    for digit in str(value):
        for name in _DIGITS[int(digit)]:
            (x1, y1), (x2, y2) = _SEGMENTS[name]
            draw.line((x + x1 * unit, y + y1 * unit, x + x2 * unit, y + y2 * unit), fill=_INK, width=2)
        x += unit * 1.8

"""Drawing primitives that the scenes share: colours, shades, gradients and stripes."""

from __future__ import annotations

from collections.abc import Sequence
from colorsys import hls_to_rgb
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]


def colour(
    random: Random, light: tuple[float, float] = (0.12, 0.9), strength: tuple[float, float] = (0.05, 0.5)
) -> Colour:
    """A colour of any hue; lightness and saturation within the given bounds (0..1)."""
    red, green, blue = hls_to_rgb(random.random(), random.uniform(*light), random.uniform(*strength))
    return round(red * 255), round(green * 255), round(blue * 255)


def hue(random: Random, hues: tuple[float, float], light: tuple[float, float], strength: tuple[float, float]) -> Colour:
    """A colour whose hue, lightness and saturation lie within the given bounds (0..1)."""
    red, green, blue = hls_to_rgb(random.uniform(*hues) % 1.0, random.uniform(*light), random.uniform(*strength))
    return round(red * 255), round(green * 255), round(blue * 255)


def shade(base: Colour, factor: float) -> Colour:
    """`base` darker (factor below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in base)
    return red, green, blue


def gradient(picture: Image.Image, box: tuple[int, int, int, int], top: Colour, bottom: Colour) -> None:
    """Fill `box` (left, top, right, bottom) with a vertical gradient."""
    left, upper, right, lower = box
    if right <= left or lower <= upper:
        return
    strip = Image.new("RGB", (1, 2))
    strip.putdata([top, bottom])
    picture.paste(strip.resize((right - left, lower - upper), Image.Resampling.BILINEAR), (left, upper))


def quad(draw: ImageDraw.ImageDraw, points: Sequence[Point], fill: Colour, edge: float = 0.6) -> None:
    """A filled outline with a darker (or lighter) edge."""
    draw.polygon(list(points), fill=fill, outline=shade(fill, edge))


def box_with_top(draw: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
    """A block of furniture: front, lighter top, shadow below."""
    depth = (bottom - top) * 0.28
    draw.ellipse(
        (left - depth * 0.4, bottom - depth * 0.4, right + depth * 0.4, bottom + depth * 0.5), fill=shade(fill, 0.35)
    )
    draw.rectangle((left, top, right, bottom), fill=fill, outline=shade(fill, 0.55))
    quad(
        draw, ((left, top), (left + depth, top - depth), (right - depth, top - depth), (right, top)), shade(fill, 1.35)
    )


def stripes(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], step: float, fill: Colour, upright: bool
) -> None:
    """Thin lines every `step` pixels over `box`: planks, siding, blinds, grass."""
    left, top, right, bottom = box
    at = left if upright else top
    while at < (right if upright else bottom):
        draw.line((at, top, at, bottom) if upright else (left, at, right, at), fill=fill, width=1)
        at += step

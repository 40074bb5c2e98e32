"""Exteriors: street fronts, yards and pools."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from phx_scraper.replica.pictures.primitives import Colour, colour, gradient, hue, quad, shade, stripes

_SKIES = (
    ((0.53, 0.62), (0.35, 0.7), (0.3, 0.8), (0.75, 0.95)),
    ((0.6, 0.75), (0.05, 0.25), (0.2, 0.6), (0.2, 0.5)),
    ((0.0, 0.1), (0.3, 0.6), (0.4, 0.9), (0.6, 0.85)),
    ((0.5, 0.7), (0.6, 0.85), (0.0, 0.12), (0.7, 0.95)),
)


def draw_facade(size: tuple[int, int], random: Random) -> Image.Image:
    """A house from outside, of `size` (width, height) pixels."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    horizon = size[1] * random.uniform(0.35, 0.75)
    _sky(picture, draw, horizon, random)
    _ground(picture, draw, horizon, random)
    for _ in range(random.randint(0, 4)):
        _tree(draw, size, horizon, random)
    for _ in range(random.randint(1, 2)):
        _house(draw, size, horizon, random)
    random.choice((_pool, _drive, _wall, _pool))(draw, size, horizon, random)
    for _ in range(random.randint(1, 5)):
        _tree(draw, size, horizon + size[1] * random.uniform(0, 0.3), random)
    return picture


def _sky(picture: Image.Image, draw: ImageDraw.ImageDraw, horizon: float, random: Random) -> None:
    hues, light, strength, low = random.choice(_SKIES)
    gradient(
        picture,
        (0, 0, picture.width, round(horizon)),
        hue(random, hues, light, strength),
        hue(random, hues, low, strength),
    )
    for _ in range(random.randint(0, 6)):
        x, y = picture.width * random.random(), horizon * random.random()
        wide, tall = picture.width * random.uniform(0.08, 0.35), horizon * random.uniform(0.04, 0.16)
        draw.ellipse((x - wide, y - tall, x + wide, y + tall), fill=hue(random, (0.5, 0.7), (0.45, 0.97), (0.0, 0.15)))


def _ground(picture: Image.Image, draw: ImageDraw.ImageDraw, horizon: float, random: Random) -> None:
    width, height = picture.size
    sand = random.random() < 0.5
    near = hue(random, (0.06, 0.12) if sand else (0.2, 0.36), (0.15, 0.7), (0.15, 0.5))
    gradient(picture, (0, round(horizon), width, height), shade(near, random.uniform(0.6, 1.3)), near)
    for _ in range(160):
        x, y = width * random.random(), horizon + (height - horizon) * random.random()
        draw.line(
            (x, y, x + random.uniform(-4, 4), y - random.uniform(1, 7)), fill=shade(near, random.uniform(0.6, 1.4))
        )


def _house(draw: ImageDraw.ImageDraw, size: tuple[int, int], horizon: float, random: Random) -> None:
    width, height = size
    wall = hue(random, (0.02, 0.14), (0.2, 0.92), (0.05, 0.45)) if random.random() < 0.7 else colour(random)
    left, right = width * random.uniform(-0.15, 0.4), width * random.uniform(0.5, 1.15)
    top = height * random.uniform(0.12, 0.42)
    foot = min(height * 0.95, horizon + height * random.uniform(0.02, 0.25))
    bottom = max(foot, top + height * 0.2)
    draw.rectangle((left, top, right, bottom), fill=wall)
    stripes(draw, (left, top, right, bottom), random.uniform(6, 14), shade(wall, 0.92), upright=random.random() < 0.3)
    _roof(draw, left, top, right, height, random)
    for _ in range(random.randint(2, 6)):
        _opening(draw, left, top, right, bottom, random)
    if random.random() < 0.6:
        _garage(draw, left, right, bottom, height, random)


def _roof(draw: ImageDraw.ImageDraw, left: float, top: float, right: float, height: int, random: Random) -> None:
    tiles = hue(random, (0.0, 0.1), (0.1, 0.6), (0.1, 0.6))
    rise, over = height * random.uniform(0.04, 0.3), (right - left) * 0.05
    ridge = random.uniform(0.1, 0.9)
    peak = left + (right - left) * ridge
    flat = (right - left) * random.uniform(0, 0.3)
    quad(draw, ((left - over, top), (peak - flat, top - rise), (peak + flat, top - rise), (right + over, top)), tiles)
    for row in range(1, 7):
        y = top - rise * row / 7
        draw.line(
            (left - over + (peak - flat - left) * row / 7, y, right + over - (right - peak - flat) * row / 7, y),
            fill=shade(tiles, 0.8),
        )


def _opening(draw: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float, random: Random) -> None:
    wide, tall = (right - left) * random.uniform(0.06, 0.22), (bottom - top) * random.uniform(0.2, 0.6)
    x = left + (right - left - wide) * random.random()
    y = top + (bottom - top - tall) * random.uniform(0.05, 1.0)
    glass = hue(random, (0.5, 0.65), (0.05, 0.8), (0.1, 0.5)) if random.random() < 0.7 else colour(random)
    draw.rectangle((x, y, x + wide, y + tall), fill=glass, outline=colour(random, (0.1, 0.95), (0.0, 0.2)), width=4)
    draw.line((x + wide / 2, y, x + wide / 2, y + tall), fill=shade(glass, 1.6), width=2)


def _garage(draw: ImageDraw.ImageDraw, left: float, right: float, bottom: float, height: int, random: Random) -> None:
    door = colour(random, (0.2, 0.95), (0.0, 0.3))
    wide, tall = (right - left) * random.uniform(0.2, 0.4), height * random.uniform(0.14, 0.3)
    x = left + (right - left - wide) * random.random()
    draw.rectangle((x, bottom - tall, x + wide, bottom), fill=door, outline=shade(door, 0.6), width=3)
    stripes(draw, (x, bottom - tall, x + wide, bottom), tall / 4, shade(door, 0.75), upright=False)


def _tree(draw: ImageDraw.ImageDraw, size: tuple[int, int], foot: float, random: Random) -> None:
    x, reach = size[0] * random.random(), size[1] * random.uniform(0.06, 0.22)
    trunk: Colour = hue(random, (0.05, 0.1), (0.15, 0.4), (0.2, 0.5))
    draw.rectangle((x - reach * 0.07, foot - reach * 2, x + reach * 0.07, foot), fill=trunk)
    for _ in range(10):
        leaf = hue(random, (0.2, 0.38), (0.1, 0.5), (0.2, 0.7))
        dx, dy = random.uniform(-reach, reach), random.uniform(-reach * 0.8, reach * 0.8)
        spread = reach * random.uniform(0.3, 0.6)
        draw.ellipse(
            (x + dx - spread, foot - reach * 2 + dy - spread, x + dx + spread, foot - reach * 2 + dy + spread),
            fill=leaf,
        )


def _pool(draw: ImageDraw.ImageDraw, size: tuple[int, int], horizon: float, random: Random) -> None:
    width, height = size
    water = hue(random, (0.48, 0.58), (0.3, 0.75), (0.4, 0.9))
    x, y = width * random.uniform(0.0, 0.6), horizon + (height - horizon) * random.uniform(0.2, 0.6)
    wide, tall = width * random.uniform(0.3, 0.7), (height - horizon) * random.uniform(0.2, 0.5)
    draw.ellipse((x - 9, y - 6, x + wide + 9, y + tall + 6), fill=hue(random, (0.05, 0.12), (0.5, 0.9), (0.05, 0.3)))
    draw.ellipse((x, y, x + wide, y + tall), fill=water)
    for _ in range(18):
        at, row = x + wide * random.uniform(0.15, 0.8), y + tall * random.uniform(0.2, 0.8)
        draw.line((at, row, at + wide * 0.08, row), fill=shade(water, 1.25), width=2)


def _drive(draw: ImageDraw.ImageDraw, size: tuple[int, int], horizon: float, random: Random) -> None:
    width, height = size
    stone = colour(random, (0.3, 0.85), (0.0, 0.12))
    top, foot = width * random.uniform(0.1, 0.8), width * random.uniform(-0.2, 0.8)
    narrow, broad = width * random.uniform(0.05, 0.2), width * random.uniform(0.25, 0.6)
    quad(draw, ((top, horizon), (top + narrow, horizon), (foot + broad, height), (foot, height)), stone)


def _wall(draw: ImageDraw.ImageDraw, size: tuple[int, int], horizon: float, random: Random) -> None:
    width, height = size
    block = hue(random, (0.03, 0.12), (0.3, 0.85), (0.05, 0.4))
    top, tall = horizon + height * random.uniform(-0.05, 0.1), height * random.uniform(0.08, 0.25)
    left = width * random.uniform(-0.2, 0.5)
    draw.rectangle(
        (left, top, left + width * random.uniform(0.4, 0.9), top + tall), fill=block, outline=shade(block, 0.7)
    )
    stripes(draw, (left, top, left + width * 0.4, top + tall), 16, shade(block, 0.85), upright=False)

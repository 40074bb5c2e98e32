"""Pictures that are no photos of a home: agents' portraits, logos, small maps and tour posters."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from phx_scraper.replica.pictures.primitives import colour, gradient, hue
from phx_scraper.replica.pictures.rooms import draw_room


def draw_portrait(size: tuple[int, int], random: Random) -> Image.Image:
    """Head and shoulders before a plain wall."""
    width, height = size
    picture = Image.new("RGB", size)
    gradient(picture, (0, 0, width, height), colour(random), colour(random))
    draw = ImageDraw.Draw(picture)
    skin = hue(random, (0.03, 0.09), (0.3, 0.8), (0.3, 0.6))
    draw.ellipse((width * 0.2, height * 0.62, width * 0.8, height * 1.4), fill=colour(random, (0.08, 0.5)))
    draw.ellipse((width * 0.36, height * 0.12, width * 0.64, height * 0.5), fill=colour(random, (0.05, 0.4)))
    draw.ellipse((width * 0.38, height * 0.2, width * 0.62, height * 0.66), fill=skin)
    return picture


def draw_logo(size: tuple[int, int], random: Random) -> Image.Image:
    """A sign on white."""
    width, height = size
    picture = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    ink = colour(random, (0.2, 0.5), (0.4, 0.9))
    draw.polygon(((width * 0.05, height * 0.5), (width * 0.15, height * 0.15), (width * 0.25, height * 0.5)), fill=ink)
    for bar in range(random.randint(4, 8)):
        x = width * (0.3 + 0.08 * bar)
        draw.rectangle((x, height * random.uniform(0.2, 0.45), x + width * 0.05, height * 0.75), fill=ink)
    return picture


def draw_map(size: tuple[int, int], random: Random) -> Image.Image:
    """A street map with a pin."""
    width, height = size
    picture = Image.new("RGB", size, (236, 232, 222))
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = random.random() * width, random.random() * height
        draw.line((x, 0, x + random.uniform(-60, 60), height), fill=(255, 255, 255), width=random.choice((3, 5, 9)))
        draw.line((0, y, width, y + random.uniform(-60, 60)), fill=(255, 255, 255), width=random.choice((3, 5, 9)))
    draw.ellipse((width * 0.48, height * 0.46, width * 0.52, height * 0.52), fill=(200, 30, 40))
    return picture


def draw_panorama(size: tuple[int, int], random: Random) -> Image.Image:
    """The poster of a walk-through tour: a darkened room with a play sign."""
    room = draw_room(size, random)
    picture = Image.blend(room, Image.new("RGB", size, (0, 0, 0)), 0.35)
    x, y, reach = size[0] / 2, size[1] / 2, size[1] / 10
    ImageDraw.Draw(picture).polygon(
        ((x - reach, y - reach), (x - reach, y + reach), (x + reach, y)), fill=(255, 255, 255)
    )
    return picture

"""Rooms: a box of walls, ceiling and floor in any perspective, with openings and furniture at random places."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from phx_scraper.replica.pictures.primitives import Colour, box_with_top, colour, gradient, hue, quad, shade, stripes


@dataclass(frozen=True, slots=True)
class _Walls:
    """The back wall's corners in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def draw_room(size: tuple[int, int], random: Random) -> Image.Image:
    """A living room, kitchen, bedroom or bath of `size` (width, height) pixels."""
    picture = Image.new("RGB", size, colour(random))
    draw = ImageDraw.Draw(picture)
    walls = _shell(picture, draw, random)
    for _ in range(random.randint(1, 3)):
        _window(picture, draw, walls, random)
    if random.random() < 0.5:
        _cabinets(draw, size, walls, random)
    for _ in range(random.randint(3, 6)):
        _furniture(draw, size, walls, random)
    for _ in range(random.randint(1, 4)):
        random.choice((_frame, _lamp, _plant))(draw, size, walls, random)
    return picture


def _shell(picture: Image.Image, draw: ImageDraw.ImageDraw, random: Random) -> _Walls:
    width, height = picture.size
    walls = _Walls(
        left=width * random.uniform(-0.05, 0.38),
        top=height * random.uniform(-0.02, 0.28),
        right=width * random.uniform(0.62, 1.05),
        bottom=height * random.uniform(0.48, 0.85),
    )
    paint = colour(random, (0.35, 0.92), (0.03, 0.3))
    quad(draw, ((0, 0), (width, 0), (walls.right, walls.top), (walls.left, walls.top)), _lit(paint, random))
    quad(draw, ((0, 0), (walls.left, walls.top), (walls.left, walls.bottom), (0, height)), _lit(paint, random))
    quad(
        draw, ((width, 0), (walls.right, walls.top), (walls.right, walls.bottom), (width, height)), _lit(paint, random)
    )
    _floor(draw, picture.size, walls, random)
    box = (round(walls.left), round(walls.top), round(walls.right), round(walls.bottom))
    gradient(picture, box, _lit(paint, random), _lit(paint, random))
    return walls


def _lit(paint: Colour, random: Random) -> Colour:
    return shade(paint, random.uniform(0.5, 1.25))


def _floor(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    width, height = size
    boards = (
        hue(random, (0.03, 0.13), (0.15, 0.7), (0.1, 0.55)) if random.random() < 0.6 else colour(random, (0.3, 0.85))
    )
    quad(draw, ((walls.left, walls.bottom), (walls.right, walls.bottom), (width, height), (0, height)), boards)
    vanishing = random.uniform(0.2, 0.8) * width
    for step in range(-12, 36):
        foot = width * step / 24
        top = foot + (vanishing - foot) * 0.45
        draw.line((top, walls.bottom, foot, height), fill=shade(boards, 0.8), width=1)


def _window(picture: Image.Image, draw: ImageDraw.ImageDraw, walls: _Walls, random: Random) -> None:
    room, tall = walls.right - walls.left, walls.bottom - walls.top
    left = walls.left + room * random.uniform(0.02, 0.7)
    right = min(walls.right - 4, left + room * random.uniform(0.12, 0.45))
    top = walls.top + tall * random.uniform(0.06, 0.4)
    bottom = min(walls.bottom - 2, top + tall * random.uniform(0.25, 0.8))
    box = (round(left), round(top), round(right), round(bottom))
    if random.random() < 0.25:
        gradient(picture, box, (12, 16, 34), (40, 44, 70))
    else:
        gradient(
            picture,
            box,
            hue(random, (0.53, 0.62), (0.7, 0.95), (0.2, 0.7)),
            hue(random, (0.2, 0.4), (0.4, 0.9), (0.1, 0.5)),
        )
    trim = colour(random, (0.1, 0.95), (0.0, 0.15))
    draw.rectangle(box, outline=trim, width=5)
    for part in range(1, random.randint(1, 4)):
        at = left + (right - left) * part / 4
        draw.line((at, top, at, bottom), fill=trim, width=3)
    if random.random() < 0.3:
        stripes(draw, box, random.uniform(5, 9), trim, upright=False)


def _cabinets(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    wood, doors = colour(random, (0.15, 0.9), (0.02, 0.4)), random.randint(3, 7)
    high = random.random() < 0.5
    top = walls.top if high else walls.bottom - (walls.bottom - walls.top) * random.uniform(0.3, 0.45)
    bottom = (
        walls.top + (walls.bottom - walls.top) * random.uniform(0.2, 0.4) if high else walls.bottom + size[1] * 0.05
    )
    left = walls.left + (walls.right - walls.left) * random.uniform(0.0, 0.4)
    step = (walls.right - left) * random.uniform(0.4, 1.0) / doors
    for door in range(doors):
        x = left + door * step
        draw.rectangle((x, top, x + step, bottom), fill=wood, outline=shade(wood, 0.6))
        draw.rectangle((x + step * 0.15, top + 6, x + step * 0.85, max(top + 6, bottom - 6)), outline=shade(wood, 0.75))
    if not high:
        draw.rectangle((left - 4, top - 7, left + doors * step + 4, top), fill=colour(random, (0.1, 0.9), (0.0, 0.2)))


def _furniture(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    width, height = size
    cloth = colour(random, (0.06, 0.88), (0.05, 0.6))
    wide, tall = width * random.uniform(0.12, 0.45), height * random.uniform(0.1, 0.34)
    left = random.uniform(-0.1, 0.85) * width
    bottom = random.uniform(walls.bottom / height, 1.05) * height
    shape = random.random()
    if shape < 0.2:
        draw.ellipse((left, bottom - tall * 0.5, left + wide, bottom), fill=cloth, outline=shade(cloth, 0.7))
    elif shape < 0.4:
        box_with_top(draw, left, bottom - tall * 0.9, left + wide, bottom, cloth)
        box_with_top(draw, left, bottom - tall * 1.7, left + wide, bottom - tall * 0.8, shade(cloth, 0.85))
    else:
        box_with_top(draw, left, bottom - tall, left + wide, bottom, cloth)
        for cushion in range(random.randint(0, 3)):
            x = left + wide * (0.08 + 0.3 * cushion)
            draw.rounded_rectangle(
                (x, bottom - tall * 0.85, x + wide * 0.26, bottom - tall * 0.3), 8, fill=colour(random)
            )


def _frame(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    x = walls.left + (walls.right - walls.left) * random.uniform(0, 0.85)
    y = walls.top + (walls.bottom - walls.top) * random.uniform(0.08, 0.5)
    wide, tall = size[0] * random.uniform(0.05, 0.2), size[1] * random.uniform(0.06, 0.22)
    draw.rectangle((x, y, x + wide, y + tall), fill=colour(random), outline=colour(random, (0.05, 0.25)), width=4)
    draw.ellipse((x + wide * 0.25, y + tall * 0.25, x + wide * 0.75, y + tall * 0.75), fill=colour(random))


def _lamp(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    x, y = size[0] * random.uniform(0.05, 0.95), size[1] * random.uniform(0.05, 0.35)
    radius = size[1] * random.uniform(0.03, 0.1)
    draw.line((x, 0, x, y), fill=(40, 38, 36), width=3)
    draw.pieslice(
        (x - radius, y - radius, x + radius, y + radius),
        180,
        360,
        fill=hue(random, (0.08, 0.16), (0.3, 0.95), (0.3, 0.9)),
    )


def _plant(draw: ImageDraw.ImageDraw, size: tuple[int, int], walls: _Walls, random: Random) -> None:
    x, y = size[0] * random.uniform(0.02, 0.98), walls.bottom + size[1] * random.uniform(-0.1, 0.1)
    for _ in range(14):
        leaf = hue(random, (0.22, 0.4), (0.12, 0.45), (0.3, 0.7))
        dx, dy = random.uniform(-45, 45), random.uniform(-110, -20)
        draw.ellipse((x + dx - 16, y + dy - 9, x + dx + 16, y + dy + 9), fill=leaf)
    draw.rectangle((x - 18, y - 22, x + 18, y + 16), fill=colour(random, (0.2, 0.8)))

"""Similar pictures that are no copies: plans, maps, cards, logos, sketches, gradients. Seeded, drawn here."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_ROOMS = ("BEDROOM", "KITCHEN", "BATH", "LIVING", "GARAGE", "DINING", "OFFICE", "PATIO")
_BROKERS = ("ACME REALTY", "SUN HOMES", "DESERT LIVING", "CACTUS GROUP", "VALLEY BROKERS", "PALM ESTATES")
_CARDS = (
    "NO PHOTO",
    "NO IMAGE AVAILABLE",
    "PHOTO COMING SOON",
    "COMING SOON",
    "IMAGE NOT FOUND",
    "NO PHOTO YET",
    "PHOTOS ON REQUEST",
)


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, colour: object = "black") -> None:
    draw.text((x, y), text, fill=colour, font=ImageFont.load_default(size=size), anchor="mm")  # type: ignore[arg-type]


def floor_plan(seed: int) -> Image.Image:
    """The same frame, title and outer walls for every seed; other rooms."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (1000, 750), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((15, 15, 985, 735), outline="black", width=3)
    _text(draw, 500, 45, "FLOOR PLAN", 32)
    _text(draw, 500, 715, "measurements approximate", 16, "grey")
    draw.rectangle((90, 90, 910, 670), outline="black", width=7)
    _split(draw, rng, (90, 90, 910, 670), 3)
    return image


def _split(draw: ImageDraw.ImageDraw, rng: np.random.Generator, box: tuple[int, int, int, int], depth: int) -> None:
    left, top, right, bottom = box
    if depth == 0 or right - left < 140 or bottom - top < 120:
        _text(draw, (left + right) / 2, (top + bottom) / 2, str(rng.choice(_ROOMS)), 15)
        _text(draw, (left + right) / 2, (top + bottom) / 2 + 18, f"{rng.integers(8, 20)}' x {rng.integers(8, 20)}'", 13)
        return
    if (right - left) * rng.uniform(0.7, 1.3) > bottom - top:
        wall = int(left + (right - left) * rng.uniform(0.3, 0.7))
        draw.line((wall, top, wall, bottom), fill="black", width=5)
        halves = ((left, top, wall, bottom), (wall, top, right, bottom))
    else:
        wall = int(top + (bottom - top) * rng.uniform(0.3, 0.7))
        draw.line((left, wall, right, wall), fill="black", width=5)
        halves = ((left, top, right, wall), (left, wall, right, bottom))
    for half in halves:
        _split(draw, rng, half, depth - 1)


def floor_plan_variant(seed: int) -> Image.Image:
    """Plan 7 with one closet, each seed in another place."""
    image = floor_plan(7)
    rng = np.random.default_rng(seed)
    x, y = int(rng.integers(150, 700)), int(rng.integers(150, 500))
    draw = ImageDraw.Draw(image)
    draw.rectangle((x, y, x + 170, y + 130), fill="white", outline="black", width=5)
    _text(draw, x + 85, y + 65, "CLOSET", 15)
    return image


def site_map(seed: int, lot: int = 0) -> Image.Image:
    """Streets and 45 numbered lots, one of them red."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (900, 700), (232, 240, 222))
    draw = ImageDraw.Draw(image)
    for number in range(1, 46):
        row, column = divmod(number - 1, 9)
        x, y = 30 + column * 97 + int(rng.integers(-6, 6)), 60 + row * 128 + int(rng.integers(-6, 6))
        fill = (220, 60, 60) if number == lot else (250, 250, 240)
        draw.rectangle((x, y, x + 80, y + 70), outline=(90, 90, 90), width=2, fill=fill)
        _text(draw, x + 40, y + 35, str(number + seed * 45), 16)
        draw.line((0, y + 95, 900, y + 95), fill=(200, 200, 200), width=12)
    return image


def card(text: str) -> Image.Image:
    image = Image.new("RGB", (800, 600), (225, 225, 225))
    draw = ImageDraw.Draw(image)
    grey = (110, 110, 110)
    draw.rectangle((310, 170, 490, 300), outline=grey, width=8)
    draw.ellipse((365, 200, 435, 270), outline=grey, width=8)
    _text(draw, 400, 400, text, 44, grey)
    return image


def logo(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    shape, text = (tuple(int(value) for value in rng.integers(0, 255, 3)) for _ in range(2))
    image = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(image)
    if seed % 3 == 0:
        draw.ellipse((120, 80, 480, 440), fill=shape)
    elif seed % 3 == 1:
        draw.rectangle((120, 80, 480, 440), fill=shape)
    else:
        draw.polygon([(300, 80), (480, 260), (420, 260), (420, 440), (180, 440), (180, 260), (120, 260)], fill=shape)
    _text(draw, 300, 510, _BROKERS[seed % len(_BROKERS)], 52, text)
    return image


def sketch(seed: int) -> Image.Image:
    """An assessor's outline of a building, with measures."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (850, 650), "white")
    draw = ImageDraw.Draw(image)
    outline = [(150, 520)]
    for step in np.cumsum(rng.integers(50, 160, 4)):
        outline.append((150 + int(step), outline[-1][1]))
        outline.append((150 + int(step), outline[-1][1] - int(rng.integers(-40, 140))))
    outline += [(outline[-1][0], 120), (150, 120), (150, 520)]
    draw.line(outline, fill="black", width=3)
    for _ in range(5):
        _text(draw, int(rng.integers(180, 600)), int(rng.integers(140, 480)), f"{rng.integers(8, 60)}'", 16)
    _text(draw, 425, 610, f"SKETCH {rng.integers(100, 999)}-{rng.integers(10, 99)}", 18)
    return image


def wash(seed: int) -> Image.Image:
    """A gradient: straight or round, with a little noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:600, 0:800]
    if seed % 2:
        grey = 255 - np.hypot(x - 400 - 40 * seed, y - 300) * rng.uniform(0.2, 0.5)
    else:
        grey = rng.uniform(0, 90) + x * rng.uniform(0.05, 0.2) + y * rng.uniform(-0.1, 0.1)
    noisy = np.clip(grey + rng.normal(0, 0.7, grey.shape), 0, 255)
    return Image.fromarray(noisy.astype(np.uint8)).convert("RGB")


def nearly_flat(seed: int) -> Image.Image:
    """One colour with camera noise and a slight vignette."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:600, 0:800]
    shade = np.hypot(x - rng.integers(0, 800), y - rng.integers(0, 600))[..., None] * -0.03
    pixels = rng.integers(60, 240, 3) + shade + rng.normal(0, 3.5, (600, 800, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def lookalikes() -> dict[str, Image.Image]:
    """All of them by name; no two are copies."""
    drawn = {f"plan {seed}": floor_plan(seed) for seed in range(12)}
    drawn |= {f"plan 7 with closet {seed}": floor_plan_variant(seed) for seed in range(100, 106)}
    drawn |= {f"map {seed}": site_map(seed) for seed in range(4)}
    drawn |= {f"map 0, lot {lot}": site_map(0, lot) for lot in (3, 12, 13, 14, 22, 31)}
    drawn |= {f"card {text}": card(text) for text in _CARDS}
    drawn |= {f"logo {seed}": logo(seed) for seed in range(6)}
    drawn |= {f"sketch {seed}": sketch(seed) for seed in range(10)}
    drawn |= {f"wash {seed}": wash(seed) for seed in range(9)}
    return drawn | {f"nearly flat {seed}": nearly_flat(seed) for seed in range(6)}

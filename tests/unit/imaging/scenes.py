"""Different photographs of one scene, drawn: objects, light, viewpoint or season differ."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.unit.imaging.pictures import room

SIZE = (900, 600)
Change = Callable[[Image.Image], Image.Image]


def changed(draw_over: Callable[[ImageDraw.ImageDraw], object]) -> Change:
    def change(image: Image.Image) -> Image.Image:
        image = image.copy()
        draw_over(ImageDraw.Draw(image))
        return image

    return change


def _car(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((560, 420, 830, 530), 30, fill=(150, 30, 36))
    for x in (590, 740):
        draw.ellipse((x, 495, x + 60, 555), fill=(20, 20, 22))


def _door(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((400, 190, 500, 400), fill=(236, 214, 168))
    draw.rectangle((415, 300, 485, 330), fill=(90, 50, 30))


def _television(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((360, 200, 540, 300), fill=(12, 12, 14))


def _sofa(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((180, 330, 520, 480), 25, fill=(70, 90, 120))
    for x in (200, 310, 420):
        draw.rounded_rectangle((x, 345, x + 85, 410), 12, fill=(200, 180, 90))


def _pixels(work: Callable[[np.ndarray], np.ndarray]) -> Change:  # type: ignore[type-arg]
    return lambda image: Image.fromarray(np.clip(work(np.asarray(image).astype(np.float32)), 0, 255).astype(np.uint8))


def stepped_aside(by: float) -> Change:
    """Parallax: what is near, in the lower half, moves by this share of the width; what is far does not."""

    def work(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        high, wide = pixels.shape[:2]
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        near = 1 / (1 + np.exp((0.5 - y / high) * 30))
        return np.asarray(cv2.remap(pixels, x + by * wide * near, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))

    return _pixels(work)


def _sunlit(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """A patch of sun that has wandered: a third of the picture is brighter by half."""
    lit = np.ones(pixels.shape[:2], np.float32)
    cv2.fillConvexPoly(lit, np.array([(250, 0), (650, 0), (450, 599), (100, 599)], np.int32), 1.5)
    return np.asarray(pixels * cv2.GaussianBlur(lit, (0, 0), 4)[..., None])


def _autumn(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """What was green below is brown, the rest is as it was."""
    below = pixels.copy()
    below[380:] = pixels[380:] @ np.array([[0.4, 0.2, 0.1], [0.9, 0.5, 0.2], [0.2, 0.1, 0.1]], np.float32)
    return below


def house(sky: tuple[int, int, int], clouds: int = 0) -> Image.Image:
    """A textured front and lawn under a sky of one colour, or with clouds of that seed."""
    pixels = np.asarray(room(31, SIZE)).astype(np.float32)
    rng = np.random.default_rng(clouds)
    small = rng.uniform(-1, 1, (6, 9)).astype(np.float32) if clouds else np.zeros((6, 9), np.float32)
    shade = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)[:, :, None] * 45
    y, x = np.mgrid[0:600, 0:900]
    above = (y < 200 - np.abs(x - 450) * 0.2)[..., None]
    lawn = np.array([90, 135, 60]) + rng.normal(0, 1, 1)
    ground = np.where((y > 470)[..., None], pixels * 0.3 + lawn * 0.7, pixels)
    return Image.fromarray(np.clip(np.where(above, np.array(sky) + shade, ground), 0, 255).astype(np.uint8))


DIFFERENT: dict[str, Change] = {
    "car": changed(_car),
    "door open": changed(_door),
    "television on": changed(_television),
    "furniture staged": changed(_sofa),
    "one step aside": stepped_aside(0.04),
    "half a step aside": stepped_aside(0.025),
    "sun wandered": _pixels(_sunlit),
    "other season": _pixels(_autumn),
}
SKIES: dict[str, Image.Image] = {
    "blue": house((80, 130, 215)),
    "grey": house((176, 178, 184)),
    "evening": house((235, 160, 110)),
    "clouds": house((150, 180, 215), clouds=3),
    "other clouds": house((150, 180, 215), clouds=4),
}

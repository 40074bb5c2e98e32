"""Uneven light and grain, so that drawings resemble camera pictures and differ in their perceptual hashes."""

from __future__ import annotations

from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image, ImageChops

_TILE = 256


def apply_lighting(picture: Image.Image, random: Random) -> Image.Image:
    """The picture under uneven light: a few random patches of brightness and colour temperature, interpolated."""
    across, down = random.randint(6, 9), random.randint(5, 7)
    patches = Image.new("RGB", (across, down))
    warmth = random.uniform(-16, 16)
    patches.putdata([_patch(random, warmth) for _ in range(across * down)])
    field = patches.resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.overlay(picture, field)


def _patch(random: Random, warmth: float) -> tuple[int, int, int]:
    level = 128 + random.uniform(-78, 78)
    shift = warmth + random.uniform(-7, 7)
    return _byte(level + shift), _byte(level), _byte(level - shift)


def _byte(value: float) -> int:
    return max(0, min(255, round(value)))


def add_grain(picture: Image.Image) -> Image.Image:
    """The picture with a camera's noise: the same fine grain over everything, about 4 levels strong."""
    return ImageChops.add(picture, _grain(picture.size), scale=1.0, offset=-128)


@lru_cache(maxsize=8)
def _grain(size: tuple[int, int]) -> Image.Image:
    width, height = size
    # RandomState's stream is frozen by numpy's policy, so the bytes are the same under any version.
    fine = np.random.RandomState(7).normal(0.0, 2.6, (_TILE, _TILE, 1))
    colour = np.random.RandomState(8).normal(0.0, 1.2, (_TILE, _TILE, 3))
    coarse = np.random.RandomState(9).normal(0.0, 3.0, (_TILE // 4, _TILE // 4, 1)).repeat(4, axis=0).repeat(4, axis=1)
    tile = np.clip(np.rint(128.0 + fine + colour + coarse), 0, 255).astype(np.uint8)
    grain = np.tile(tile, (height // _TILE + 1, width // _TILE + 1, 1))[:height, :width]
    return Image.fromarray(np.ascontiguousarray(grain), "RGB")

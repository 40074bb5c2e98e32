"""The naive variant of picture processing: Pillow and imagehash, one call each; the reference for ours."""

from __future__ import annotations

import io
from dataclasses import dataclass

import imagehash
from PIL import Image

LONGEST = 1024


@dataclass(frozen=True, slots=True)
class NaiveResult:
    """The naive variant's result: hashes in hexadecimal, and the PNG file."""

    phash: str
    dhash: str
    png: bytes


def process(data: bytes) -> NaiveResult:
    """Decode, two hashes of the full picture, thumbnail, PNG at Pillow's own level 6."""
    image = decode(data)
    phash, dhash = hashes(image)
    shrink(image)
    return NaiveResult(phash, dhash, encode(image))


def decode(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def hashes(image: Image.Image) -> tuple[str, str]:
    return str(imagehash.phash(image)), str(imagehash.dhash(image))


def shrink(image: Image.Image) -> Image.Image:
    """In place."""
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return image


def encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()

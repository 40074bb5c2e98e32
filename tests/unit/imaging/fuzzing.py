"""Endless damaged pictures: small good files of every format, with bits flipped, cut, spliced or forged."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from PIL import Image

from tests.unit.imaging.pictures import encoded, room

_SIZE = (72, 54)


def seeds() -> list[bytes]:
    """Good files: every format, and within a format its main kinds."""
    image = room(77, _SIZE)
    frames = [room(78, _SIZE), room(79, _SIZE)]
    exif = Image.Exif()
    exif[274] = 6
    alpha = image.copy()
    alpha.putalpha(120)
    return [
        encoded(image, "JPEG", exif=exif),
        encoded(image, "JPEG", progressive=True, quality=60),
        encoded(image.convert("CMYK"), "JPEG"),
        encoded(image),
        encoded(alpha),
        encoded(image.quantize(32), transparency=3),
        encoded(image, "PNG", save_all=True, append_images=frames),
        encoded(image, "WEBP"),
        encoded(alpha, "WEBP", lossless=True, exif=exif),
        encoded(image, "WEBP", save_all=True, append_images=frames),
        encoded(image, "GIF", save_all=True, append_images=frames),
        encoded(image, "AVIF"),
        encoded(image, "BMP"),
        encoded(image.quantize(16), "BMP"),
        encoded(image, "TIFF"),
        encoded(image, "TIFF", compression="tiff_lzw"),
        encoded(image, "TIFF", compression="jpeg"),
    ]


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """So many damaged files; the same seed gives the same ones."""
    random = Random(seed)
    files = seeds()
    for number in range(count):
        data = bytearray(files[number % len(files)])
        for _ in range(random.choice((1, 1, 2, 5))):
            _DAMAGES[random.randrange(len(_DAMAGES))](data, random, files)
        yield bytes(data)


def _flip_bits(data: bytearray, random: Random, _: list[bytes]) -> None:
    for _ in range(random.choice((1, 3, 30))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _forge_header(data: bytearray, random: Random, _: list[bytes]) -> None:
    """Extreme values where sizes, counts and offsets stand."""
    if len(data) > 8:
        start = random.randrange(2, min(len(data) - 4, 220) + 1)
        data[start : start + 4] = random.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1"))


def _cut(data: bytearray, random: Random, _: list[bytes]) -> None:
    del data[random.randrange(len(data) + 1) :]


def _remove_middle(data: bytearray, random: Random, _: list[bytes]) -> None:
    start = random.randrange(len(data) + 1)
    del data[start : start + random.choice((1, 4, 100))]


def _repeat_middle(data: bytearray, random: Random, _: list[bytes]) -> None:
    start = random.randrange(len(data) + 1)
    data[start:start] = data[start : start + random.choice((1, 12, 300))]


def _splice(data: bytearray, random: Random, files: list[bytes]) -> None:
    other = random.choice(files)
    start = random.randrange(len(data) + 1)
    data[start:] = other[random.randrange(len(other)) :]


def _new_front(data: bytearray, random: Random, files: list[bytes]) -> None:
    data[:12] = random.choice(files)[:12]


_DAMAGES = (
    _flip_bits,
    _flip_bits,
    _flip_bits,
    _forge_header,
    _forge_header,
    _cut,
    _remove_middle,
    _repeat_middle,
    _splice,
    _new_front,
)

"""The pictures for the pipeline's benchmark, each as JPEG, WebP and PNG bytes."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench.measure import REPOSITORY
from bench.plan import WIDTH
from phx_scraper.replica.pictures import Picture, Size, render
from phx_scraper.replica.seeded_random import SeededRandom

CAPTURES = Path(os.environ.get("PHX_CAPTURES", REPOSITORY.parent / "shared" / "captures"))
FORMATS = ("JPEG", "WEBP", "PNG")
_QUALITY = {"JPEG": {"quality": 85}, "WEBP": {"quality": 80}, "PNG": {}}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pictures of one kind: a short `name` for tables, `text` a description, `files` are bytes by format.

    `real` pictures were taken with a camera.
    """

    name: str
    text: str
    files: dict[str, list[bytes]]
    real: bool


def corpora(pictures: int) -> list[Corpus]:
    """The replica's drawings always, real listing photos where the captures are."""
    real = _listing_photos(pictures)
    return [*([real] if real else []), _drawings(pictures)]


def _listing_photos(pictures: int) -> Corpus | None:
    folder = CAPTURES / "neardup" / "houses"
    paths = sorted(folder.glob("*.jpg")) if folder.is_dir() else []
    if not paths:
        return None
    step = max(1, len(paths) // pictures)
    jpegs = [path.read_bytes() for path in paths[::step][:pictures]]
    return Corpus("listing photos", f"{len(jpegs)} real listing photos, {_size(jpegs)}", _formats(jpegs), real=True)


def _drawings(pictures: int) -> Corpus:
    seeds = [Picture(SeededRandom("benchmark", number).hex(24)) for number in range(pictures)]
    jpegs = [render(seed, Size(WIDTH), "JPEG") for seed in seeds]
    return Corpus("drawings", f"{len(jpegs)} drawings of the replica, {_size(jpegs)}", _formats(jpegs), real=False)


def _formats(jpegs: list[bytes]) -> dict[str, list[bytes]]:
    """The JPEGs as they are, and their pixels in the other formats."""
    decoded = [Image.open(io.BytesIO(data)).convert("RGB") for data in jpegs]
    others = {name: [_encoded(image, name) for image in decoded] for name in FORMATS if name != "JPEG"}
    return {"JPEG": jpegs, **others}


def _encoded(image: Image.Image, image_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **_QUALITY[image_format])
    return buffer.getvalue()


def _size(jpegs: list[bytes]) -> str:
    sizes = [Image.open(io.BytesIO(data)).size for data in jpegs]
    width, height = (sum(side) / len(sizes) for side in zip(*sizes, strict=True))
    kilobytes = sum(map(len, jpegs)) / len(jpegs) / 1000
    return f"{width:.0f}x{height:.0f} px and {kilobytes:.0f} KB as JPEG on average"

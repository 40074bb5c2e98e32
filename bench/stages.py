"""CPU time of one picture by stage, for both variants."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image

from bench import naive
from bench.alternation import alternate, median_of
from bench.measure import cpu_milliseconds
from bench.result import Column, Grid
from phx_scraper.imaging.decode import decode
from phx_scraper.imaging.duplicates.signature import make_signature
from phx_scraper.imaging.hashing import hash_image
from phx_scraper.imaging.image_options import Options
from phx_scraper.imaging.png_encoder import png_bytes
from phx_scraper.imaging.quality import grey_of, quality_measures
from phx_scraper.imaging.standardise import standardise

STAGES = ("decode", "two hashes", "reduce to 1024 px", "PNG", "measures and signature", "two SHA-256")
_OPTIONS = Options()


def breakdown(files: Sequence[bytes], rounds: int) -> Grid:
    """Median CPU milliseconds a picture of each stage, over the same files."""
    images = [decode(data, _OPTIONS.max_pixels).image for data in files]
    reduced = [np.asarray(standardise(image, _OPTIONS.max_dimension)) for image in images]
    variants = {
        "naive": _each(_naive_stages(files, images, reduced)),
        "ours": _each(_our_stages(files, images, reduced)),
    }
    found = alternate(variants, rounds)
    rows = [
        (variant, tuple(median_of([result.get(stage) for result in results], _itself) for stage in STAGES))
        for variant, results in found.items()
    ]
    return Grid("stages (JPEG)", tuple(Column(stage, "ms") for stage in STAGES), tuple(rows))


def _itself(value: float | None) -> float | None:
    return value


def _each(stages: dict[str, tuple[Callable[[Any], object], Sequence[Any]]]) -> Callable[[], dict[str, float]]:
    def run() -> dict[str, float]:
        return {name: _mean(work, inputs) for name, (work, inputs) in stages.items()}

    return run


def _mean(work: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    def all_of_them() -> None:
        for one in inputs:
            work(one)

    return cpu_milliseconds(all_of_them) / len(inputs)


def _naive_stages(files: Sequence[bytes], images: Sequence[Any], reduced: Sequence[Any]) -> dict[str, Any]:
    return {
        "decode": (naive.decode, files),
        "two hashes": (naive.hashes, images),
        # It works in place, so each round needs a copy (half a millisecond).
        "reduce to 1024 px": (lambda image: naive.shrink(image.copy()), images),
        "PNG": (naive.encode, [Image.fromarray(pixels) for pixels in reduced]),
    }


def _our_stages(files: Sequence[bytes], images: Sequence[Any], reduced: Sequence[Any]) -> dict[str, Any]:
    def describe(pixels: Any) -> None:
        grey = grey_of(pixels)
        quality_measures(grey)
        make_signature(pixels, grey)

    encoded = [(data, png_bytes(pixels)) for data, pixels in zip(files, reduced, strict=True)]
    return {
        "decode": (lambda data: decode(data, _OPTIONS.max_pixels), files),
        "two hashes": (hash_image, images),
        "reduce to 1024 px": (lambda image: standardise(image, _OPTIONS.max_dimension), images),
        "PNG": (png_bytes, reduced),
        "measures and signature": (describe, reduced),
        "two SHA-256": (lambda pair: [hashlib.sha256(part).digest() for part in pair], encoded),
    }

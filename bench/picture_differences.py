"""Differences between our pictures and the naive variant's: hash bits, PNG pixels, PNG bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bench import naive
from phx_scraper.imaging import process


@dataclass(frozen=True, slots=True)
class Difference:
    """Over a set of pictures: hash bits that differ in all, pictures whose pixels differ, PNG bytes ours to theirs."""

    bits: int
    unequal: int
    size: float


def compare(files: Sequence[bytes]) -> Difference:
    """Process every file with both variants and compare the results."""
    pairs = [(process(data), naive.process(data)) for data in files]
    return Difference(
        bits=sum(_bits(ours.phash, theirs.phash) + _bits(ours.dhash, theirs.dhash) for ours, theirs in pairs),
        unequal=sum(not np.array_equal(_pixels(ours.png), _pixels(theirs.png)) for ours, theirs in pairs),
        size=sum(len(ours.png) for ours, _ in pairs) / sum(len(theirs.png) for _, theirs in pairs),
    )


def _bits(first: str, second: str) -> int:
    return (int(first, 16) ^ int(second, 16)).bit_count()


def _pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))

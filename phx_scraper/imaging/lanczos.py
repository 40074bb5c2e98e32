"""Pillow's 8-bit Lanczos reductions as matrix products: the same bits, in half the time.

Pillow reduces along one axis, rounds to 8 bits, then along the other. Here each pass is a matrix product with Pillow's
own weights (see `lanczos_weights`). It applies where Pillow runs the horizontal pass first and both passes are needed
(`exact_for`); everything else is left to Pillow.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
import numpy.typing as npt
import PIL

from phx_scraper.imaging.lanczos_weights import PRECISION_BITS, Floats, dense, strips

PILLOW_MAJOR = int(PIL.__version__.split(".")[0])
# The pass order below is Pillow 13's; the weights of larger planes would take more memory than they save time.
_KNOWN_PILLOW, _LARGEST = 13, 8192
_BLOCK_ROWS = 256
# Samples of a row worked on at a time: with a strip's input rows in float64 they fit the second-level cache.
_BLOCK_COLUMNS = 3072

Size = tuple[int, int]
Pixels = npt.NDArray[np.uint8]


def exact_for(size: Size, target: Size) -> bool:
    """True where the functions below equal Pillow's `resize(target, LANCZOS)` of a picture of that (width, height)."""
    if PILLOW_MAJOR != _KNOWN_PILLOW or max(size) > _LARGEST:
        return False
    lost_width, lost_height = size[0] - target[0], size[1] - target[1]
    # Pillow 13 (pull request 9549) starts vertically when the height loses more than twice what the width loses.
    return lost_width > 0 and lost_height > 0 and lost_height <= 2 * lost_width


def reduce_pixels(pixels: Pixels, target: Size) -> Pixels:
    """The (height, width, 3) picture reduced to the target (width, height)."""
    width, height = target
    turned = np.asarray(cv2.transpose(pixels), np.uint8)
    narrow = np.asarray(cv2.transpose(_reduce_rows(turned, width)), np.uint8)
    return _reduce_rows(narrow, height)


def _reduce_rows(pixels: Pixels, count: int) -> Pixels:
    """The (rows, columns, 3) array with its rows reduced to `count`."""
    size_in, columns, channels = pixels.shape
    samples = pixels.reshape(size_in, columns * channels)
    reduced = np.empty((count, columns * channels), np.uint8)
    for left in range(0, columns * channels, _BLOCK_COLUMNS):
        block = samples[:, left : left + _BLOCK_COLUMNS]
        for strip in strips(size_in, count):
            levels = strip.weights @ block[strip.low : strip.high].astype(np.float64)
            levels += 0.5
            # Cutting off the fraction of what is not negative rounds down, as Pillow's shift does.
            reduced[strip.first : strip.last, left : left + _BLOCK_COLUMNS] = np.clip(levels, 0, 255, out=levels)
    return reduced.reshape(count, columns, channels)


def reduce_twice(plane: Pixels, first: Size, second: Size) -> tuple[Floats, Floats]:
    """A grey plane (height, width) reduced to two small sizes (width, height): (height, width) arrays of grey levels.

    One product with the weights of both serves both horizontal passes. Rows go in blocks, which keeps the float copy
    of a huge picture small.
    """
    height, width = plane.shape
    columns = _columns(width, first[0], second[0])
    narrow = np.empty((height, columns.shape[1]))
    for top in range(0, height, _BLOCK_ROWS):
        block = plane[top : top + _BLOCK_ROWS].astype(np.float64)
        np.matmul(block, columns, out=narrow[top : top + _BLOCK_ROWS])
    narrow = _round_to_grey(narrow)
    return (
        _round_to_grey(_dense(height, first[1]) @ narrow[:, : first[0]]),
        _round_to_grey(_dense(height, second[1]) @ narrow[:, first[0] :]),
    )


@functools.lru_cache(maxsize=32)
def _columns(width: int, first: int, second: int) -> Floats:
    """(width, first + second): the horizontal weights of both reductions side by side."""
    return np.ascontiguousarray(np.vstack([dense(width, first), dense(width, second)]).T)


@functools.lru_cache(maxsize=64)
def _dense(size_in: int, size_out: int) -> Floats:
    return dense(size_in, size_out)


def _round_to_grey(sums: Floats) -> Floats:
    sums += 1 << (PRECISION_BITS - 1)
    sums *= 2.0**-PRECISION_BITS
    np.floor(sums, out=sums)
    return np.clip(sums, 0, 255, out=sums)

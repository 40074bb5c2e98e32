"""Pillow's 8-bit Lanczos reduction as matrix products: the same bits in less time for tiny outputs.

Pillow (`libImaging/Resample.c`) weighs each output sample with fixed-point coefficients of 22 fractional bits. Two of
its reductions of one grey plane (to 32x32 and to 9x8) are one product of the plane with a 41-column matrix, where the
CPU's fused multiply-adds do the work. Every product and partial sum is an integer below 2**53, exact in float64 in
whatever order it is summed, so the result equals Pillow's integer arithmetic bit for bit. Rows go in blocks that fit
the cache, which also keeps the float copy of a huge picture small.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

_PRECISION_BITS = 22
_LOBES = 3.0
_BLOCK_ROWS = 256

Plane = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@functools.lru_cache(maxsize=64)
def coefficients(size_in: int, size_out: int) -> Floats:
    """(size_out, size_in) matrix of Pillow's fixed-point weights, as whole numbers in float64."""
    scale = size_in / size_out
    spread = max(scale, 1.0)
    matrix = np.zeros((size_out, size_in))
    for row in range(size_out):
        centre = (row + 0.5) * scale
        low = max(int(centre - _LOBES * spread + 0.5), 0)
        high = min(int(centre + _LOBES * spread + 0.5), size_in)
        taps: Floats = np.arange(low, high, dtype=np.float64)
        weights = _kernel((taps - centre + 0.5) / spread)
        # Pillow adds the weights one by one; NumPy's pairwise sum could differ in the last place.
        total = functools.reduce(lambda a, b: a + b, weights.tolist(), 0.0)
        weights = weights / total if total != 0.0 else weights
        matrix[row, low:high] = np.trunc(np.copysign(0.5, weights) + weights * (1 << _PRECISION_BITS))
    return matrix


def _kernel(x: Floats) -> Floats:
    angle, slow = x * math.pi, x / _LOBES * math.pi
    with np.errstate(invalid="ignore"):
        weights = np.where(x == 0, 1.0, np.sin(angle) / angle * (np.sin(slow) / slow))
    return np.where((x < -_LOBES) | (x >= _LOBES), 0.0, weights)


@functools.lru_cache(maxsize=32)
def _both_columns(width: int, first: int, second: int) -> Floats:
    """(width, first + second): the horizontal weights of both reductions side by side."""
    return np.ascontiguousarray(np.vstack([coefficients(width, first), coefficients(width, second)]).T)


def reduce_twice(plane: Plane, first: tuple[int, int], second: tuple[int, int]) -> tuple[Floats, Floats]:
    """The plane (h, w) reduced to two sizes (width, height), each as a (height, width) array of grey levels 0..255.

    Equal to Pillow's `resize(size, LANCZOS)` where that runs the horizontal pass first and both passes are needed.
    """
    height, width = plane.shape
    columns = _both_columns(width, first[0], second[0])
    narrow = np.empty((height, columns.shape[1]))
    for top in range(0, height, _BLOCK_ROWS):
        block = plane[top : top + _BLOCK_ROWS].astype(np.float64)
        np.matmul(block, columns, out=narrow[top : top + _BLOCK_ROWS])
    narrow = _round_to_grey(narrow)
    return (
        _round_to_grey(coefficients(height, first[1]) @ narrow[:, : first[0]]),
        _round_to_grey(coefficients(height, second[1]) @ narrow[:, first[0] :]),
    )


def _round_to_grey(sums: Floats) -> Floats:
    sums += 1 << (_PRECISION_BITS - 1)
    sums *= 2.0**-_PRECISION_BITS
    np.floor(sums, out=sums)
    return np.clip(sums, 0, 255, out=sums)

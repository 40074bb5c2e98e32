"""Pillow's own fixed-point Lanczos weights (`libImaging/Resample.c`), for reductions that must equal its bits.

Pillow weighs each output sample with whole numbers of 22 fractional bits. Products of weights with 8-bit samples, and
sums of them, stay below 2**53: exact in float64 in whatever order they are added. So a matrix product, which a CPU
does many times faster than Pillow's loops, gives the same result to the last bit.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PRECISION_BITS = 22
_LOBES = 3.0
# Output samples that share one small matrix: more would multiply more zeros, fewer would leave the CPU's units idle.
_STRIP = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strip:
    """Weights (outputs, inputs) of the output samples first..last from the input samples low..high (ends excluded)."""

    first: int
    last: int
    low: int
    high: int
    weights: Floats


def dense(size_in: int, size_out: int) -> Floats:
    """(size_out, size_in) matrix of the weights, as whole numbers."""
    starts, taps = _taps(size_in, size_out)
    return _spread(starts, taps, 0, size_in)


@functools.lru_cache(maxsize=128)
def strips(size_in: int, size_out: int) -> tuple[Strip, ...]:
    """The weights as a band of small matrices; divided by 2**22, so that products are grey levels."""
    starts, taps = _taps(size_in, size_out)
    scaled = taps * 2.0**-PRECISION_BITS
    bounds = [(first, min(first + _STRIP, size_out)) for first in range(0, size_out, _STRIP)]
    return tuple(_strip(starts[first:last], scaled[first:last], first, size_in) for first, last in bounds)


def _strip(starts: npt.NDArray[np.int64], taps: Floats, first: int, size_in: int) -> Strip:
    low, high = int(starts[0]), min(int(starts[-1]) + taps.shape[1], size_in)
    return Strip(first, first + len(starts), low, high, _spread(starts, taps, low, high))


def _spread(starts: npt.NDArray[np.int64], taps: Floats, low: int, high: int) -> Floats:
    """Each row's taps at their input samples, which begin at `low`; taps beyond `high` are zero and fall away."""
    matrix = np.zeros((len(starts), high - low + taps.shape[1]))
    columns = starts[:, None] - low + np.arange(taps.shape[1])
    np.put_along_axis(matrix, columns, taps, axis=1)
    return np.ascontiguousarray(matrix[:, : high - low])


def _taps(size_in: int, size_out: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """First input sample of each output sample, and its (size_out, taps) weights, padded with zeros."""
    scale = size_in / size_out
    spread = max(scale, 1.0)
    support = _LOBES * spread
    centres = (np.arange(size_out) + 0.5) * scale
    # C's conversion to int cuts towards zero, as astype does.
    starts = np.maximum((centres - support + 0.5).astype(np.int64), 0)
    ends = np.minimum((centres + support + 0.5).astype(np.int64), size_in)
    steps = np.arange(2 * math.ceil(support) + 1)
    places = (steps + starts[:, None] - centres[:, None] + 0.5) * (1.0 / spread)
    weights = np.where(steps < (ends - starts)[:, None], _kernel(places), 0.0)
    # Pillow adds the weights one by one; a cumulative sum does too, while a plain one would add in pairs.
    totals = np.cumsum(weights, axis=1)[:, -1:]
    weights = weights / np.where(totals == 0.0, 1.0, totals)
    return starts, np.trunc(np.copysign(0.5, weights) + weights * (1 << PRECISION_BITS))


def _kernel(x: Floats) -> Floats:
    angle, slow = x * math.pi, x / _LOBES * math.pi
    with np.errstate(invalid="ignore"):
        weights = np.where(x == 0, 1.0, np.sin(angle) / angle * (np.sin(slow) / slow))
    return np.where((x < -_LOBES) | (x >= _LOBES), 0.0, weights)

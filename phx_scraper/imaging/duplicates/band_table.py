"""Multi-index hashing (Norouzi, Punjani and Fleet, 2012): exact search within a small Hamming distance of a hash.

A 64-bit hash is split into four bands of 16 bits. If two hashes differ in at most 8 bits, then either the first band
differs in at most 2, or another one in at most 1; else they would differ in at least 3 + 2 + 2 + 2 = 9. So 137 + 3 * 17
= 188 buckets hold every result. The first band holds the lowest bits, in a pHash the highest frequencies: low
frequencies vary least between photos, so their buckets are the fullest.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

_BANDS, _BITS = 4, 16

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


class BandTable:
    """The hashes of one array, sorted by each band, for searches up to a radius (0..64 bits)."""

    def __init__(self, hashes: Hashes, radius: int) -> None:
        # Radii r = 4q + a: bands 0..a may differ in q bits, the others in q - 1 (pigeonhole).
        share, rest = divmod(radius, _BANDS)
        self._masks = [_masks(share if band <= rest else share - 1) for band in range(_BANDS)]
        self._tables = [_Band(hashes, band) for band in range(_BANDS)]

    def within(self, value: int, radius: int) -> Rows:
        """Rows, ascending, whose hash differs from `value` in at most `radius` bits."""
        found = [
            table.probe(value, masks, radius)
            for table, masks in zip(self._tables, self._masks, strict=True)
            if masks.size
        ]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


class _Band:
    """One band's buckets: the start of each, and the hashes and their rows in bucket order."""

    def __init__(self, hashes: Hashes, band: int) -> None:
        self._shift = _BITS * band
        keys = (hashes >> np.uint64(self._shift)).astype(np.uint16)
        order = np.argsort(keys, kind="stable")
        self._begins = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=1 << _BITS)))).astype(np.uint32)
        self._rows = order.astype(np.uint32)
        self._hashes = hashes[order]

    def probe(self, value: int, masks: npt.NDArray[np.int64], radius: int) -> Rows:
        buckets = masks ^ (value >> self._shift & 0xFFFF)
        begins = self._begins[buckets].astype(np.int64)
        counts = self._begins[buckets + 1].astype(np.int64) - begins
        ends = np.cumsum(counts)
        # All positions of all buckets, without a loop.
        places = np.arange(int(ends[-1])) + np.repeat(begins - ends + counts, counts)
        near = np.bitwise_count(self._hashes[places] ^ np.uint64(value)) <= radius
        return np.asarray(self._rows[places[near]], np.int64)


def _masks(bits: int) -> npt.NDArray[np.int64]:
    """Every 16-bit pattern with at most `bits` bits set; none for a negative number."""
    sets = (chosen for count in range(bits + 1) for chosen in itertools.combinations(range(_BITS), count))
    return np.array([sum(1 << bit for bit in chosen) for chosen in sets], np.int64)

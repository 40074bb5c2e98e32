"""An in-memory index of hashes: finds all pictures of any home that are similar to a given one.

Up to about 65,000 pictures a scan of all hashes is faster than tables; above, `band_table` searches the indexed part
and only rows added later are scanned. About 70 bytes a picture.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from phx_scraper.errors import UsageError
from phx_scraper.imaging.duplicates.band_table import BandTable, Hashes, Rows
from phx_scraper.imaging.duplicates.rule import PLAIN, Rule

_TAIL = 1 << 16
# Hashes scanned at a time: a quarter megabyte fits the second-level cache with its temporaries.
_CHUNK = 1 << 15
_SMALLEST = 1024
# More buckets than hashes would be probed beyond this.
_WIDEST_TABLE_RADIUS = 11


class HashIndex:
    """Pairs of pHash and dHash by row number, counted from 0 in the order of arrival; rows are never removed.

    `rule` has the distances. The arrays are not copied, so they must not be changed afterwards. Not thread-safe: do not
    query while another thread adds.
    """

    def __init__(self, phashes: Hashes, dhashes: Hashes, rule: Rule = PLAIN) -> None:
        if phashes.shape != dhashes.shape or phashes.ndim != 1:
            raise UsageError(f"as many pHashes as dHashes are needed, not {phashes.shape} and {dhashes.shape}")
        self._rule = rule
        self._count = len(phashes)
        self._phashes = np.ascontiguousarray(phashes, np.uint64)
        self._dhashes = np.ascontiguousarray(dhashes, np.uint64)
        self._settled = 0
        self._table: BandTable | None = None
        self._settle()

    def __len__(self) -> int:
        return self._count

    def add(self, phash: int, dhash: int) -> int:
        """Append one picture's hashes (64 bits each); returns its row number."""
        if self._count == len(self._phashes):
            room = self._count + max(_SMALLEST, self._count // 4)
            self._phashes, self._dhashes = _grown(self._phashes, room), _grown(self._dhashes, room)
        self._phashes[self._count], self._dhashes[self._count] = phash, dhash
        self._count += 1
        self._settle()
        return self._count - 1

    def query(self, phash: int, dhash: int) -> Rows:
        """Row numbers, ascending, of all pictures within both distances; exact, nothing is missed."""
        near = self._scanned(phash)
        if self._table is not None:
            near = np.concatenate((self._table.within(phash, self._rule.distance), near))
        close = np.bitwise_count(self._dhashes[near] ^ np.uint64(dhash)) <= self._rule.dhash_distance
        return np.asarray(near[close], np.int64)

    def distance(self, row: int, phash: int) -> int:
        """Bits in which the pHash of a row differs from this one, 0..64."""
        return (int(self._phashes[row]) ^ phash).bit_count()

    def _scanned(self, phash: int) -> Rows:
        """Rows of the tail within the pHash distance."""
        value = np.uint64(phash)
        parts = [
            np.flatnonzero(
                np.bitwise_count(self._phashes[low : min(low + _CHUNK, self._count)] ^ value) <= self._rule.distance
            )
            + low
            for low in range(self._settled, self._count, _CHUNK)
        ]
        return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)

    def _settle(self) -> None:
        """Index all rows once the tail is larger than its limit."""
        if self._count - self._settled > _TAIL and self._rule.distance <= _WIDEST_TABLE_RADIUS:
            self._table = BandTable(self._phashes[: self._count], self._rule.distance)
            self._settled = self._count


def hash_bits(hexadecimal: str) -> int:
    """A hash of `ProcessedImage` (16 hex digits) as the integer that the index takes."""
    return int(hexadecimal, 16)


def _grown(hashes: Hashes, size: int) -> Hashes:
    """A copy with room for `size` hashes."""
    grown: npt.NDArray[np.uint64] = np.empty(size, np.uint64)
    grown[: len(hashes)] = hashes
    return grown

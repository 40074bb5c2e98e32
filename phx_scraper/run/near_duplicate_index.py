"""Keeps an index of all hashes in memory and tells the catalogue which new images look like earlier ones."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

import numpy as np

from phx_scraper.imaging.duplicates.band_table import Hashes
from phx_scraper.imaging.duplicates.hash_index import HashIndex, hash_bits
from phx_scraper.imaging.duplicates.rule import Rule
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.near_duplicate_pairs import (
    BATCH,
    HashedImage,
    Match,
    Scheme,
    compared_hashes,
    compared_up_to,
    images_after,
    record_pairs,
)


class NearDuplicateIndex:
    """The mirror of the catalogue's hashes in one process; used from the catalogue's thread alone.

    80 bytes an image; flat pictures, and those hashed by another version, look like nothing.
    """

    def __init__(self, rule: Rule) -> None:
        self.scheme = Scheme(HASH_VERSION, rule.distance, rule.dhash_distance)
        self._rule = rule
        self._index: HashIndex | None = None
        # The catalogue's number of each row of the index; and the last one that is known to be compared.
        self._numbers: array[int] = array("q")
        self._seen = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def read(self, catalogue: Catalogue) -> None:
        """Build the index of all images that some process has compared, without holding anybody up."""
        numbers, phashes, dhashes = self._columns(catalogue)
        self._numbers = array("q", numbers.tobytes())
        self._index = HashIndex(phashes, dhashes, self._rule)
        self._seen = self._numbers[-1] if self._numbers else 0

    def catch_up(self, catalogue: Catalogue) -> None:
        """Compare every image that is new since the last call, by this or any other process."""
        if self._index is None:
            self.read(catalogue)
        while True:
            with catalogue.transaction() as tx:
                new = images_after(tx, self.scheme, self._seen)
                if not new:
                    return
                matches = list(self._matches(new, compared_up_to(tx, self.scheme)))
                record_pairs(tx, self.scheme, matches, new[-1].number)
            self._seen = new[-1].number
            if len(new) < BATCH:
                return

    def _matches(self, new: Sequence[HashedImage], compared: int) -> Iterator[Match]:
        """The matches of images numbered above `compared`; all are known from then on.

        Where the catalogue fails to commit, the same images come again, and are known twice, to no effect.
        """
        index = self._index
        assert index is not None
        for image in new:
            phash, dhash = hash_bits(image.phash), hash_bits(image.dhash)
            if image.number > compared:
                for row in index.query(phash, dhash):
                    yield Match(image.number, self._numbers[row], index.distance(row, phash))
            index.add(phash, dhash)
            self._numbers.append(image.number)

    def _columns(self, catalogue: Catalogue) -> Hashes:
        """Numbers, pHashes and dHashes, by number."""
        with catalogue.reading() as connection:
            parts = [_ordered(text) for text in compared_hashes(connection, self.scheme)]
        return np.concatenate(parts, axis=1) if parts else _ordered("")


def _ordered(text: str) -> Hashes:
    rows = np.frombuffer(bytes.fromhex(text), ">u8").astype(np.uint64).reshape(-1, 3)
    return np.ascontiguousarray(rows[np.argsort(rows[:, 0], kind="stable")].T)

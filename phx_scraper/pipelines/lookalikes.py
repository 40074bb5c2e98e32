"""Keeps an index of all hashes in memory and tells the catalogue which new images look like earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from phx_scraper.imaging.duplicates import hash_distance
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.imaging.index import HashIndex, hash_bits
from phx_scraper.imaging.rule import Rule
from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.lookalikes import HashedImage, Pair


class Lookalikes:
    """The mirror of the catalogue's hashes in one process; used from the catalogue's thread alone."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._index: HashIndex | None = None
        self._images: list[HashedImage] = []
        self._last_row = 0

    def catch_up(self, catalogue: Catalogue) -> None:
        """Compare every image that is new since the last call, by this or any other process."""
        self._last_row = catalogue.compare_new_images(self._last_row, self._pairs)

    def _pairs(self, found: Sequence[HashedImage], compared: int) -> Iterator[Pair]:
        """The pairs that images after the row `compared` make with earlier ones. Flat pictures look like nothing."""
        new = [image for image in found if image.row > self._last_row and _is_comparable(image)]
        settled = [image for image in new if image.row <= compared]
        if self._index is None:
            self._index = HashIndex(_bits(settled, "phash"), _bits(settled, "dhash"), self._rule)
            self._images = settled
            new = new[len(settled) :]
        for image in new:
            yield from self._add(self._index, image, image.row > compared)

    def _add(self, index: HashIndex, image: HashedImage, is_new: bool) -> Iterator[Pair]:
        bits = hash_bits(image.phash), hash_bits(image.dhash)
        if is_new:
            for row in index.query(*bits):
                other = self._images[row]
                yield Pair(image.raw_sha256, other.raw_sha256, hash_distance(image.phash, other.phash))
        index.add(*bits)
        self._images.append(image)


def _is_comparable(image: HashedImage) -> bool:
    return image.hash_version == HASH_VERSION and not image.flat


def _bits(images: Sequence[HashedImage], name: str) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.fromiter((hash_bits(getattr(image, name)) for image in images), np.uint64, len(images))

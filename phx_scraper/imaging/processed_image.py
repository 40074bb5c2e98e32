"""The result of `process` for one picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessedImage:
    """One accepted picture: its identity, hashes, sizes, measures and the bytes to store.

    `raw_sha256` and `content_hash` are 64 hex digits (of the downloaded and of the stored bytes), `phash` and `dhash`
    16 hex digits as imagehash prints them, valid together with `hash_version`. `width` and `height` are those of the
    stored picture, `original_*` those of the upright download, all in pixels. `png` is the encoded standardised
    picture (JPEG bytes when the options say so). `signature` is what the verified duplicate rule compares.
    `quality`: `sharpness` (variance of the Laplacian, grey levels squared), `exposure` (mean grey, 0..1),
    `entropy` (of the grey histogram, bits 0..8). `flat`: too little structure for a hash to mean anything.
    """

    raw_sha256: str
    content_hash: str
    phash: str
    dhash: str
    hash_version: str
    width: int
    height: int
    original_width: int
    original_height: int
    original_format: str
    png: bytes
    signature: bytes
    quality: dict[str, float]
    flat: bool

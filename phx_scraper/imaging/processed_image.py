"""The result of `process` for one picture."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.model.image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedImage(Image):
    """One accepted picture: its identity, hashes, sizes, measures and the bytes to store; not stored yet.

    `raw_sha256` and `content_hash` are 64 hex digits (of the downloaded and of the stored bytes), `phash` and `dhash`
    16 hex digits as imagehash prints them, valid together with `hash_version`. `width` and `height` are those of the
    stored picture, `original_*` those of the upright download, all in pixels. `png` is the encoded standardised
    picture (JPEG bytes when the options say so). `signature` is what the verified duplicate rule compares.
    `quality`: `sharpness` (variance of the Laplacian, grey levels squared), `exposure` (mean grey, 0..1),
    `entropy` (of the grey histogram, bits 0..8). `flat`: too little structure for a hash to mean anything.
    """

    path: str = ""
    raw_path: str | None = None
    png: bytes

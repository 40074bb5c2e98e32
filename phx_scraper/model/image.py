"""A picture as stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A picture as stored. `path` (and `raw_path`, None where originals are not kept) are relative to the store.

    `raw_sha256` is of the downloaded bytes, `content_hash` of the file at `path`; hashes are 16 hex digits; sizes are
    in pixels and bytes; `quality` and `signature` are what `imaging` made them.
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
    raw_bytes: int
    raw_path: str | None
    path: str
    file_size_bytes: int
    signature: bytes = b""
    quality: Mapping[str, float] = field(default_factory=dict)
    flat: bool = False

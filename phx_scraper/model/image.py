"""A picture: what its bytes say, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as stored. `path` (and `raw_path`, None where originals are not kept) are relative to the store.

    `raw_sha256` is of the downloaded bytes, `content_hash` of the file at `path`; hashes are 16 hex digits; sizes are
    in pixels and bytes; `quality` and `signature` are what `imaging` made them. `hash_version` says how it was hashed,
    `made_as` in which form it was stored (`StoredForm` as a text; empty where an earlier version stored it).
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
    made_as: str = ""

    def stored_at(self, path: str, raw_path: str | None) -> Image:
        """The picture as the catalogue has it, once its files lie there."""
        values = {name: getattr(self, name) for name in Image.__slots__}
        return Image(**values | {"path": path, "raw_path": raw_path})


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoImage(Image):
    """A live photo of a home together with its image: what the duplicate rule looks at, and what it last said of it."""

    photo_id: int
    source: str
    key: str
    position: int
    kind: str
    state: str
    duplicate_of: int | None
    duplicate_kind: str
    distance: int | None
    source_priority: int

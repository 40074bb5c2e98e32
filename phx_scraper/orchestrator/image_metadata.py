"""One photo as the catalogue holds it, with the field names of the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ImageMetadata:
    """The fields of `metadata/image_manifest.json`; `local_path` and `original_path` are below the base folder."""

    image_id: str
    property_address: str
    property_hash: str
    source: str
    source_url: str
    local_path: str | None
    original_path: str | None
    phash: str | None
    dhash: str | None
    width: int | None
    height: int | None
    file_size_bytes: int | None
    status: str
    downloaded_at: str | None
    processed_at: str | None
    is_duplicate: bool
    duplicate_of: str | None
    content_hash: str | None
    created_by_run_id: str | None
    error_message: str | None
    position: int
    caption: str
    kind: str
    listing_url: str | None
    listing_date: str | None
    mls_number: str | None
    raw_sha256: str | None
    original_width: int | None
    original_height: int | None
    original_format: str | None
    location: str | None = None
    subject: str | None = None
    confidence: int | None = None
    signal: str | None = None
    tags: tuple[str, ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> ImageMetadata:
        """From an entry of the manifest; fields that are not named here are left out."""
        known = {one.name: entry[one.name] for one in fields(cls) if one.name in entry}
        for name in ("tags", "evidence"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "tags": list(self.tags), "evidence": [dict(one) for one in self.evidence]}

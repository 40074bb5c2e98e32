"""Photos as rows of typed columns: the manifest's fields, in one order for every table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.views.photo_entry import photo_entry

COLUMNS: dict[str, str] = {
    "image_id": "text",
    "property_address": "text",
    "property_hash": "text",
    "source": "text",
    "source_url": "text",
    "local_path": "text",
    "original_path": "text",
    "position": "whole",
    "kind": "text",
    "caption": "text",
    "tags": "texts",
    "status": "text",
    "error_message": "text",
    "is_duplicate": "flag",
    "duplicate_of": "text",
    "phash": "text",
    "dhash": "text",
    "content_hash": "text",
    "raw_sha256": "text",
    "width": "whole",
    "height": "whole",
    "file_size_bytes": "whole",
    "original_width": "whole",
    "original_height": "whole",
    "original_format": "text",
    "downloaded_at": "time",
    "processed_at": "time",
    "created_by_run_id": "text",
    "listing_url": "text",
    "listing_date": "date",
    "mls_number": "text",
    "location": "text",
    "subject": "text",
    "confidence": "whole",
    "signal": "text",
    "evidence": "objects",
    "extras": "object",
}
"""Column -> kind; `time` is ISO 8601 in UTC, `date` YYYY-MM-DD, `objects` a JSON list, `object` a JSON object."""

_NOTHING: dict[str, Any] = {"texts": [], "objects": [], "object": {}}


def entries(gallery: HomeGallery) -> list[dict[str, Any]]:
    """A home's photos as the manifest has them; those still to be fetched are left out."""
    return [photo_entry(gallery, photo) for photo in gallery.photos if photo.state != "pending"]


def rows(homes: Iterable[HomeGallery]) -> Iterator[dict[str, Any]]:
    """A row for each photo with every column, in the order of the homes."""
    for gallery in homes:
        for entry in entries(gallery):
            yield {name: entry.get(name) for name in COLUMNS}


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose values are texts, numbers or None: lists and objects as JSON."""
    return {name: as_json(kind, row[name]) if kind in _NOTHING else row[name] for name, kind in COLUMNS.items()}


def as_json(kind: str, value: Any) -> str:
    """A list or object as JSON, an empty one where there is none."""
    return json.dumps(value or _NOTHING[kind], ensure_ascii=False)

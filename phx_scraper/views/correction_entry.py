"""A person's word on what a picture shows, as the JSON files have it."""

from __future__ import annotations

from typing import Any

from phx_scraper.storage.catalogue.picture_corrections import Correction
from phx_scraper.views.documents import timestamp


def correction_entry(correction: Correction) -> dict[str, Any]:
    """What it shows, when that was said, and the picture as it was then: enough to know it again from the file."""
    one = correction
    return {
        "said_at": timestamp(one.said_at),
        "picture": {"source": one.source, "key": one.key, "raw_sha256": one.raw_sha256, "phash": one.phash},
        "location": one.seen.category.location,
        "subject": one.seen.category.subject,
        "kind": one.seen.kind,
    }

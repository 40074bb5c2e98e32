"""The entries of `url_tracker.json`: by URL, what was seen of the photo behind it, and what its server said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row

from phx_scraper.views.documents import timestamp
from phx_scraper.views.photo_entry import image_id

ACTIVE, REMOVED = "active", "removed"

_HTTP_REASON = re.compile(r"http_(\d{3})")


def tracked_urls(rows: Iterable[Row[Any]]) -> Iterator[tuple[str, Any]]:
    """Rows of `export_queries.photo_urls` as (URL, entry).

    A URL that several homes show has the entry of the first one that shows it still; `also` has those of the others.
    """
    for url, group in groupby(rows, key=attrgetter("url")):
        entries = sorted(map(_entry, group), key=lambda entry: str(entry["status"]) == REMOVED)
        yield url, {**entries[0], **({"also": entries[1:]} if len(entries) > 1 else {})}


def _entry(row: Row[Any]) -> dict[str, Any]:
    return {
        "image_id": image_id(row.property_hash, row.source, row.key),
        "property_hash": row.property_hash,
        "first_seen": timestamp(row.first_seen),
        "last_seen": timestamp(row.last_seen),
        "last_checked": timestamp(row.checked_at),
        "content_hash": row.content_hash,
        "source": row.source,
        "status": ACTIVE if row.removed_at is None else REMOVED,
        "state": row.state,
        "http_status": _http_status(row),
        "etag": row.etag or None,
        "last_modified": row.last_modified or None,
        "raw_sha256": row.raw_sha256,
        "first_run_id": row.first_run_id,
        "run_id": row.run_id,
    }


def _http_status(row: Row[Any]) -> int | None:
    """What its server last answered, as far as it is known: None before the first answer, and where none came."""
    refused = _HTTP_REASON.fullmatch(row.reason)
    status: int | None = int(refused[1]) if refused else row.http_status
    return status

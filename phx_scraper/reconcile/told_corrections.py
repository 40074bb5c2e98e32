"""What people said that pictures show, put back into a new catalogue from what the folders' lists say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from phx_scraper.model.image import Image
from phx_scraper.reconcile.homes_in_views import Facts, seconds
from phx_scraper.reconcile.told_categories import told_category
from phx_scraper.storage.catalogue import picture_corrections
from phx_scraper.storage.catalogue.picture_corrections import Correction

_SAYS = {"confidence": 100, "signal": "correction"}
_HEXADECIMAL = set("0123456789abcdef")


def put_corrections(
    connection: Connection, property_hash: str, told: Sequence[Facts], pairs: Iterable[tuple[Facts, Image | None]]
) -> None:
    """Add a home's corrections in their order; an entry that is none, as a damaged list may have, is left out.

    Earlier versions wrote no list of them: there kept photos (`pairs`) tell those that count for them.
    """
    found = [one for one in map(_correction, told) if one] if told else list(_shown(pairs))
    for one in found:
        picture_corrections.add(connection, property_hash, one)


def _correction(entry: Facts) -> Correction | None:
    seen, picture = told_category({**entry, **_SAYS}), entry.get("picture")
    names = ("source", "key", "raw_sha256", "phash")
    texts = [picture.get(name) for name in names] if isinstance(picture, dict) else []
    if seen is None or not texts or not all(isinstance(text, str) and text for text in texts):
        return None
    if not all(set(text) <= _HEXADECIMAL for text in texts[2:]):
        return None
    return Correction(*texts, seen, seconds(entry.get("said_at")) or time.time())


def _shown(pairs: Iterable[tuple[Facts, Image | None]]) -> Iterable[Correction]:
    for entry, image in pairs:
        seen = told_category(entry)
        # Copies say the same; the kept one's row is enough for all of them.
        if image and seen and seen.category.signal == "correction" and not entry.get("duplicate_of"):
            key = entry["image_id"].split("_", 2)[2]
            yield Correction(entry["source"], key, image.raw_sha256, image.phash, seen, time.time())

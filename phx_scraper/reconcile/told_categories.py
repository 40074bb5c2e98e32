"""What the views told of pictures' categories, put back; a person's words become rows again."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from phx_scraper.model.category import KINDS, SIGNALS, Category, Seen
from phx_scraper.model.image import Image
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS
from phx_scraper.reconcile.homes_in_views import Facts
from phx_scraper.storage.catalogue import categories
from phx_scraper.storage.catalogue.categories import Correction

_ON_PAGES = ("photo", "sketch")


def put_category(connection: Connection, property_hash: str, photo_id: int, entry: Facts, image: Image) -> None:
    """Restore what a photo's picture shows, as far as its entry says it in words of ours; it counts as stale."""
    seen = _told(entry)
    if seen is None:
        return
    categories.restore(connection, photo_id, seen)
    # Copies say the same; the kept one's row is enough for all of them.
    if seen.category.signal == "correction" and not entry.get("duplicate_of"):
        key = entry["image_id"].split("_", 2)[2]
        said = Correction(entry["source"], key, image.raw_sha256, image.phash, seen)
        categories.correct(connection, property_hash, said, time.time())


def kind_on_page(entry: Facts) -> str:
    """What the page said that a photo is: the other kinds were found here."""
    return entry["kind"] if entry.get("kind") in _ON_PAGES else "photo"


def _told(entry: Facts) -> Seen | None:
    location, subject, signal = (entry.get(name) for name in ("location", "subject", "signal"))
    confidence, kind = entry.get("confidence"), entry.get("kind")
    if location not in LOCATIONS or signal not in SIGNALS or kind not in KINDS:
        return None
    if subject != "unknown" and (not isinstance(subject, str) or SUBJECTS.get(subject) != location):
        return None
    if not isinstance(confidence, int) or not 0 <= confidence <= 100:
        return None
    return Seen(Category(location, subject, int(confidence), signal), kind)

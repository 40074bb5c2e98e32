"""What the views told of pictures' categories, put back."""

from __future__ import annotations

from sqlalchemy import Connection

from phx_scraper.model.category import KINDS, SIGNALS, Category, Seen
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS
from phx_scraper.reconcile.homes_in_views import Facts
from phx_scraper.storage.catalogue import categories

_ON_PAGES = ("photo", "sketch")


def put_category(connection: Connection, photo_id: int, entry: Facts) -> None:
    """Restore what a photo's picture shows, as far as its entry says it in words of ours; it counts as stale."""
    seen = told_category(entry)
    if seen is not None:
        categories.restore(connection, photo_id, seen)


def kind_on_page(entry: Facts) -> str:
    """What the page said that a photo is: the other kinds were found here."""
    return entry["kind"] if entry.get("kind") in _ON_PAGES else "photo"


def told_category(entry: Facts) -> Seen | None:
    """What an entry of a list says that a picture shows; None for anything else than words of ours."""
    location, subject, signal = (entry.get(name) for name in ("location", "subject", "signal"))
    confidence, kind = entry.get("confidence"), entry.get("kind")
    if location not in LOCATIONS or signal not in SIGNALS or kind not in KINDS:
        return None
    if subject != "unknown" and (not isinstance(subject, str) or SUBJECTS.get(subject) != location):
        return None
    if not isinstance(confidence, int) or not 0 <= confidence <= 100:
        return None
    return Seen(Category(location, subject, int(confidence), signal), kind)

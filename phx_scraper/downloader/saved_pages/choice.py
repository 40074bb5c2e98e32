"""Which of several saved pages of one home at one source is used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from phx_scraper.downloader.saved_pages.records import SavedPage

_ON_MARKET = frozenset({"for_sale", "pending", "coming_soon", "for_rent"})
_OWN_IDS = ("zpid", "property_id", "mls", "apn")


def best_first(pages: Iterable[SavedPage]) -> tuple[SavedPage, ...]:
    """The pages in the order of their use.

    Whole ones come before partial ones. Of several saves of one listing the newest day counts, and on that day a web
    page before an endpoint's answer, which says less. Of several listings of a home one that is on the market counts.
    Files that were copied together have times of one minute, which say nothing: there the page with more photos counts.
    """
    known = list(pages)
    newest: dict[str, SavedPage] = {}
    for page in sorted(known, key=_use):
        newest[_listing(page)] = page
    return tuple(sorted(known, key=lambda page: (*_standing(newest[_listing(page)]), *_use(page)), reverse=True))


def _listing(page: SavedPage) -> str:
    return next((page.ids[kind] for kind in _OWN_IDS if page.ids.get(kind)), page.url)


def _standing(page: SavedPage) -> tuple[bool, bool]:
    """How a listing stands among the home's others, by the save of it that would be used."""
    return not page.partial, page.status in _ON_MARKET


def _use(page: SavedPage) -> tuple[bool, date, bool, datetime, int, datetime, str]:
    minute = page.moment.replace(second=0, microsecond=0)
    return not page.partial, minute.date(), page.saved_as != "json", minute, page.photos, page.moment, page.file

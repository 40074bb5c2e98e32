"""How each source answered for a home: a badge, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import LISTED
from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.reason_texts import OUTCOMES, VISITS, explanation_of
from phx_scraper.model.visit import VisitRow
from phx_scraper.report.home_facts import by_priority

# A shape beside the colour, for whoever does not tell the colours apart.
_SIGNS = {"ok": "✓", "empty": "○", "not_found": "–", "blocked": "◼", "error": "✕", "pending": "…"}


def badges(
    visits: Mapping[str, VisitRow], listings: Mapping[str, Listing], counts: Mapping[str, PhotoCounts]
) -> list[dict[str, Any]]:
    """A badge for each source, the most trusted first."""
    return [_badge(visits[source], listings.get(source), counts.get(source)) for source in by_priority(visits)]


def _badge(visit: VisitRow, listing: Listing | None, counts: PhotoCounts | None) -> dict[str, Any]:
    found = counts.found if counts else 0
    told = explanation_of(visit.reason, VISITS) or explanation_of(visit.outcome, OUTCOMES)
    return {
        "source": visit.source,
        "outcome": visit.outcome,
        "sign": _SIGNS.get(visit.outcome, ""),
        "reason": visit.reason,
        "detail": visit.detail,
        "meaning": told.meaning if told else "",
        "advice": told.advice if told else "",
        "finished_at": visit.finished_at,
        "url": listing.url if listing else "",
        "photos": found,
        "failed": counts.failed if counts else 0,
        "claimed": visit.claimed_photo_count,
        "missing": missing(visit, found),
    }


def missing(visit: VisitRow, found: int) -> int:
    """How many photos a good page claims beyond those that it shows."""
    return max(0, (visit.claimed_photo_count or 0) - found) if visit.outcome in LISTED else 0

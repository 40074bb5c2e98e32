"""How good a collection is: the share of claims that are met, of a visit, a home, or a whole store."""

from __future__ import annotations

from collections.abc import Iterable

from phx_scraper.model.outcome import NO_PHOTOS


def claims_met(outcome: str, had: int, shown: int, claimed: int | None) -> float:
    """0 to 1: photos that a visit `had` (stored, or known as copies) of those that its listing shows or claims.

    Of the two numbers the larger one counts. 1 for a home that is not listed or has no photos; 0 for a visit that is
    pending, blocked or failed.
    """
    if outcome in NO_PHOTOS:
        return 1.0
    if outcome != "ok":
        return 0.0
    wanted = max(shown, claimed or 0)
    return min(1.0, had / wanted) if wanted else 1.0


def quality(shares: Iterable[float]) -> float:
    """The mean of some visits' shares, rounded to 4 digits; 1 where there is none."""
    found = list(shares)
    return round(sum(found) / len(found), 4) if found else 1.0

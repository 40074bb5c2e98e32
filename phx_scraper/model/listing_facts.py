"""What a listing says, apart from its pictures, as names and values that can be held against those of another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

FactValues = Mapping[str, Any]

FACT_COLUMNS = ("status", "listing_date", "facts", "ids")
"""What `facts_of` reads of a Listing, or of a row with columns of these names."""


def facts_of(listing: Any, claimed: int | None) -> dict[str, Any]:
    """Status, date, claim (`claimed_photo_count`), facts as the page object names them, and its ids (`ids.mls`, …).

    What the page does not tell is left out.
    """
    told = {
        "status": listing.status,
        "listing_date": listing.listing_date,
        "claimed_photo_count": claimed,
        **listing.facts,
        **{f"ids.{name}": value for name, value in listing.ids.items()},
    }
    return {name: value for name, value in sorted(told.items()) if value not in (None, "")}


def brought_up_to_date(known: FactValues, told: FactValues) -> dict[str, Any]:
    """What is known with what was told since.

    A fact that is told no longer keeps its value: pages leave facts out when a part of them could not be had, or when
    they are read in another way.
    """
    changed = {name: value for name, value in told.items() if not _is_same(name, known.get(name), value)}
    return dict(sorted({**known, **changed}.items()))


def _is_same(name: str, old: Any, new: Any) -> bool:
    if name == "listing_date" and isinstance(old, str) and isinstance(new, str):
        return _days_apart(old, new) <= 1
    return bool(old == new)


def _days_apart(one: str, other: str) -> float:
    """A page that tells its age in days gives the day before or after, depending on the hour at which it is read."""
    try:
        return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
    except ValueError:
        return 0 if one == other else float("inf")

"""Timestamps as Redfin writes them: milliseconds since 1970, whole days at midnight in Phoenix."""

from __future__ import annotations

from datetime import date

DAY = 86_400_000
"""Milliseconds."""
_BEHIND_UTC = 7 * 3_600_000


def midnight(day: date) -> int:
    """The timestamp at which `day` begins in Phoenix."""
    return (day - date(1970, 1, 1)).days * DAY + _BEHIND_UTC

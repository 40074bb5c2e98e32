"""Moments as a person types them on the command line: a day, a time, or an age."""

from __future__ import annotations

import re
from datetime import datetime

from phx_scraper.errors import UsageError
from phx_scraper.views.human_text import DAY, HOUR, MINUTE

_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def seconds_at(option: str, text: str, now: float) -> float:
    """The moment in seconds since 1970: `7d`, `12h`, `30m`, `2w` before `now`, `2026-03-01` or `2026-03-01T18:30`.

    Days and times without a zone are local. Raises UsageError, naming the option.
    """
    age = _AGE.fullmatch(text.strip().lower())
    if age:
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{option} {text}: write a day, as 2026-03-01, or an age, as 7d or 12h") from None

"""Numbers, spans and moments as a person reads them: `1 photo`, `in 7 days`, `3 Dec 22:06`."""

from __future__ import annotations

import math
import time
from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def counted(number: int, word: str) -> str:
    """`1 photo`, `2 photos`."""
    return f"{number} {word if number == 1 else f'{word}s'}"


def span(seconds: float) -> str:
    """Roughly, in the largest unit that says enough: `40 s`, `5 min`, `3 hours`, `7 days`."""
    for size, name in ((DAY, "day"), (HOUR, "hour")):
        if seconds >= 1.75 * size:
            return counted(round(seconds / size), name)
    # Rounded up, so that whoever waits so long has waited long enough.
    return f"{max(1, round(seconds))} s" if seconds < MINUTE else f"{math.ceil(seconds / MINUTE)} min"


def moment(at: float, now: float | None = None) -> str:
    """Local time, with the day where it is not today: `22:06`, `3 Dec 22:06`, `3 Dec 2027 22:06`."""
    there = datetime.fromtimestamp(at).astimezone()
    here = datetime.fromtimestamp(time.time() if now is None else now).astimezone()
    clock = f"{there:%H:%M}"
    if there.date() == here.date():
        return clock
    year = "" if there.year == here.year else f" {there.year}"
    return f"{there.day} {there:%b}{year} {clock}"

"""The day on which a page was made: "12 days on the site" counts to that day, not to the day when it is read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_OLDEST = date(2005, 1, 1)
"""No source existed before this day: an earlier clock is wrong."""


def page_day(sent: str, today: date | None = None) -> date | None:
    """The UTC day of an HTTP `Date` header (of a cached answer, the day it was made), None if it is unusable.

    A day later than tomorrow is a wrong clock. `today` defaults to the present UTC day.
    """
    try:
        moment = parsedate_to_datetime(sent)
        day = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    latest = (today or datetime.now(UTC).date()) + timedelta(days=1)
    return day if _OLDEST <= day <= latest else None

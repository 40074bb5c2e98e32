"""How templates write numbers, days and other people's texts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.views.human_text import counted

_LONGEST, _LONGEST_FACT = 300, 80
_TOO_LONG = 1e15
"""Numbers from here on are written as 1e+15."""


def web_link(url: str) -> str:
    """The URL where it is one of the web, else nothing: `javascript:` and the like lead nowhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, cut where it would fill a page."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def number(value: Any) -> str:
    """`1,764`, `2.5`; anything that is no number as it is, shortened."""
    if not is_number(value):
        return shortened(str(value), _LONGEST_FACT)
    if abs(value) >= _TOO_LONG:
        return f"{value:g}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def dollars(value: Any) -> str:
    """`$524,900`."""
    return f"${number(value)}" if is_number(value) else number(value)


def is_number(value: Any) -> bool:
    """Whether it is one that can be written with digits: neither True nor infinite, nor too large for a float."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def day(at: float | None) -> str:
    """`3 Dec 2027`, in local time; empty for no time."""
    if at is None:
        return ""
    there = datetime.fromtimestamp(at).astimezone()
    return f"{there.day} {there:%b %Y}"


def day_and_hour(at: float | None) -> str:
    """`3 Dec 2027 22:06`: always whole, since a page is read on other days than that on which it is written."""
    return f"{day(at)} {time.strftime('%H:%M', time.localtime(at))}" if at is not None else ""


def words(name: Any) -> str:
    """`for_sale` as `for sale`."""
    return str(name).replace("_", " ")


def source_name(source: str) -> str:
    """`maricopa_assessor` as `Maricopa Assessor`."""
    return words(source).title().replace("Mls", "MLS")


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "counted": counted,
        "day": day,
        "day_and_hour": day_and_hour,
        "dollars": dollars,
        "number": number,
        "shortened": shortened,
        "source_name": source_name,
        "web_link": web_link,
        "words": words,
    }
)

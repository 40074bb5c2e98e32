"""Kinds of values: each makes a reader that turns what was written into its type, or says what would do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from phx_scraper.errors import UsageError

Read = Callable[[str, Any], Any]
"""Takes a setting's name and what was written; returns the typed value. Raises UsageError naming both."""

SHOWN_CHARACTERS = 80
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", "", "none"})


def whole(low: int, high: int) -> Read:
    """A whole number between two others, also written as 60e6."""
    return lambda name, value: int(_between(name, value, low, high, "a whole number", lambda number: number % 1 == 0))


def number(low: float, high: float) -> Read:
    """A number between two others."""
    return lambda name, value: _between(name, value, low, high, "a number", lambda _: True)


def choice(*allowed: str) -> Read:
    """One of a few words, in capitals or not."""

    def read(name: str, value: Any) -> str:
        for option in allowed:
            if str(value).strip().lower() == option.lower():
                return option
        raise UsageError(f"{name} is {shown(value)}: set it to {', '.join(allowed[:-1])} or {allowed[-1]}")

    return read


def flag(name: str, value: Any) -> bool:
    """Yes or no, in the words that Scrapy takes and some more."""
    word = str(value).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise UsageError(f"{name} is {shown(value)}: set it to True or False")


def shown(value: Any) -> str:
    """A value as a sentence quotes it: short, and without what may be a user and a password."""
    text = re.sub(r"//[^/?#]*@", "//***@", str(value))
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")


def _between(name: str, value: Any, low: float, high: float, kind: str, fits: Callable[[float], bool]) -> float:
    try:
        found = float(str(value))
    except ValueError:
        found = float("nan")
    if low <= found <= high and fits(found):
        return found
    raise UsageError(f"{name} is {shown(value)}: set it to {kind} from {low} to {high}")

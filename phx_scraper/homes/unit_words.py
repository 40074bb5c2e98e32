"""Units in other words ("2ND FLOOR") rewritten as designator and identifier; empty units are removed."""

from __future__ import annotations

import re

from phx_scraper.homes.street_types import STREET_TYPES, STRONG_TYPES
from phx_scraper.homes.usps import DIRECTIONS, LEVEL_DESIGNATORS

_ORDINAL = re.compile(r"([0-9]{1,2})(?:ST|ND|RD|TH)")
_FLOORS = frozenset(word for word, level in LEVEL_DESIGNATORS.items() if level == "Fl")
# Sites write these behind every address without a unit; "Apt" without a number means that the number is missing.
_EMPTY = frozenset({"UNIT", "#"})


def respell_unit(tokens: list[str], start: int = 0) -> list[str]:
    """Writes "2ND FLOOR" as "FL 2", "GUEST HOUSE" as one word, and leaves out an empty "UNIT" at the end.

    Behind a street line a street type must come before: else it is a name ("Guest House Rd"). No street is a floor.
    """
    while len(tokens) > start and tokens[-1] in _EMPTY:
        tokens = tokens[:-1]
    for index in range(min(start, 2), len(tokens) - 1):
        pair = _pair(tokens[index], tokens[index + 1])
        if pair and _may_end(tokens[:index], pair):
            return [*tokens[:index], *pair, *tokens[index + 2 :]]
    return tokens


def _may_end(before: list[str], pair: list[str]) -> bool:
    """Whether the words before a unit are a street, or there are none."""
    if not before or _ends_street(before):
        return True
    return pair[0] == "FL" and any(token not in DIRECTIONS for token in before[1:])


def _ends_street(tokens: list[str]) -> bool:
    body = tokens[:-1] if tokens[-1] in DIRECTIONS else tokens
    return bool(body) and STREET_TYPES.get(body[-1]) in STRONG_TYPES


def _pair(first: str, second: str) -> list[str]:
    floor = _ORDINAL.fullmatch(first)
    if floor and second in _FLOORS:
        return ["FL", floor[1]]
    return ["GUESTHOUSE"] if (first, second) == ("GUEST", "HOUSE") else []

"""Numbered roads: "State Route 87", "State Highway 87" and "Highway 87" are one road in Arizona."""

from __future__ import annotations

import re

_ROAD = re.compile(r"(us |state |arizona )?(highway|route) ([0-9]+)", re.IGNORECASE)
# Numbers of US routes in Arizona, present ones and former ones whose names are still used. Numbers in the second set
# are or were also those of a state route, so that "Highway 89" may be either.
_US = frozenset({"60", "64", "66", "70", "80", "89", "91", "93", "95", "160", "163", "180", "191", "466", "666"})
_BOTH = frozenset({"64", "66", "80", "89", "93", "95"})


def road_key(name: str, state: str) -> str:
    """One text for all names of a numbered road of Arizona, "" for every other street and for an ambiguous number."""
    match = _ROAD.fullmatch(name)
    if match is None or state != "AZ":
        return ""
    owner, _, number = match.groups()
    if number in _BOTH:
        return ""
    is_us = number in _US
    if owner and (owner.strip().lower() == "us") != is_us:
        return ""
    return f"{'us' if is_us else 'state'} road {number}"

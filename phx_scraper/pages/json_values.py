"""Typed reading of decoded JSON: a value of an unexpected type is read as absent and raises nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPACES = re.compile(r"\s+")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"(-?)\$?\s*(\d[\d,]*(?:\.\d+)?)")


def text(value: Any, limit: int = 300) -> str:
    """`value` as one clean line of at most `limit` characters; numbers become text, anything else is empty.

    Control characters and lone surrogates are removed: databases, files and terminals fail on them.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else ""
    line = _CONTROL.sub(" ", value[: limit * 4]).encode("utf-8", "ignore").decode("utf-8")
    return _SPACES.sub(" ", line).strip()[:limit]


def number(value: Any) -> float | None:
    """A finite number, also from texts such as `$475,000` or `1,257 sqft`; else None."""
    if isinstance(value, str):
        match = _NUMBER.match(value.strip()[:40])
        value = float(match[1] + match[2].replace(",", "")) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 and math.isfinite(value) else None


def count(value: Any) -> int | None:
    """A whole number from 0 to a million, also as text; else None."""
    found = number(value)
    return int(found) if found is not None and 0 <= found <= 1_000_000 and found == int(found) else None


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """`value` when it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else ()


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The JSON objects among the entries of an array; other entries are skipped."""
    return (entry for entry in items(value) if isinstance(entry, dict))


def value_at(value: Any, *path: str) -> Any:
    """The value under a path of object keys, or None where a key is missing."""
    for key in path:
        value = mapping(value).get(key)
    return value


def iso_date(value: Any) -> str | None:
    """The `YYYY-MM-DD` that `value` starts with, when it is a real day; else None."""
    match = _ISO_DATE.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return date.fromisoformat(match[0]).isoformat()
    except ValueError:
        return None


def coordinates(latitude: Any, longitude: Any) -> dict[str, float]:
    """`latitude` and `longitude` in degrees; nothing where one is missing or impossible, or both are 0 (unknown)."""
    north, east = number(latitude), number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180 or (north, east) == (0.0, 0.0):
        return {}
    return {"latitude": north, "longitude": east}


def without_empty(facts: Mapping[str, Any]) -> dict[str, Any]:
    """`facts` without the entries that are None or empty text."""
    return {name: value for name, value in facts.items() if value not in (None, "")}

"""Holds a decoded answer against the shape that a page object expects; a missing key's successor is looked for.

A shape is a kind of value ("text", "number", "value", "photos", "pictures"), a list with the shape of its entries, a
`Json` text, or an object: its keys name alternatives as `a|b` (`.` is the object itself, `*` any key of it), and those
that end with `?` may be absent from a good answer.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from phx_scraper.probe.probe_report import Difference

Shape = Any
MISSING = "missing"

_PICTURE = re.compile(r"https?://[^\s\"']+\.(?:jpe?g|png|webp|gif)\b", re.IGNORECASE)
_SIMILAR = 0.6
"""Names of texts and numbers must be this much alike (0..1): their values look like any other."""
_MOST_NODES = 20_000
_MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Json:
    """A text that holds JSON of a shape; some pages have the object itself in its place."""

    shape: Shape


def differences(value: Any, shape: Shape, path: str = "", optional: bool = True) -> list[Difference]:
    """Where `value` is not of `shape`; without `optional` no word of keys that a good answer may lack."""
    if isinstance(shape, Json):
        return _json_differences(value, shape, path, optional)
    if isinstance(shape, str):
        return [] if is_kind(value, shape) else [Difference(path, kind_of(value))]
    if isinstance(shape, list):
        return _list_differences(value, shape[0], path, optional)
    if not isinstance(value, dict):
        return [Difference(path, kind_of(value))]
    return [found for names, inner in shape.items() for found in _at_key(value, names, shape, path, optional)]


def _json_differences(value: Any, shape: Json, path: str, optional: bool) -> list[Difference]:
    if not isinstance(value, str):
        return differences(value, shape.shape, path, optional)
    try:
        return differences(json.loads(value), shape.shape, path, optional)
    except (ValueError, RecursionError):
        return [Difference(path, "text that is no JSON")]


def _list_differences(value: Any, shape: Shape, path: str, optional: bool) -> list[Difference]:
    """An empty list is of every shape; else the entry that fits best speaks for all."""
    if not isinstance(value, list):
        return [Difference(path, kind_of(value))]
    each = (
        differences(entry, shape, f"{path}[{place}]", optional) for place, entry in enumerate(value[:_MOST_ENTRIES])
    )
    return min(each, key=len, default=[])


def _at_key(value: Mapping[str, Any], names: str, shape: Mapping[str, Shape], path: str, optional: bool) -> list[Any]:
    inner, may_lack = shape[names], names.endswith("?")
    found = [
        differences(one, inner, place, optional)
        for name in names.rstrip("?").split("|")
        for place, one in _places(value, name, path)
    ]
    if found:
        return min(found, key=_distance)
    if may_lack and not optional:
        return []
    return [_missing(value, names.rstrip("?").split("|"), inner, shape, path)]


def _distance(found: list[Difference]) -> tuple[int, int]:
    """Few differences come first, then those that lie deep: there most of the shape was found."""
    return len(found), -max((len(one.path) for one in found), default=0)


def _places(value: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Any]]:
    if name == ".":
        yield path, value
    elif name == "*":
        yield from ((_joined(path, key), one) for key, one in value.items() if isinstance(one, dict | list))
    elif value.get(name) is not None:
        yield _joined(path, name), value[name]


def _missing(
    value: Mapping[str, Any], names: Sequence[str], inner: Shape, shape: Mapping[str, Shape], path: str
) -> Difference:
    """None of the names is there: the key that took their place, or the first place further down with such a key."""
    known = {one for others in shape for one in others.rstrip("?").split("|")}
    fitting = [key for key, one in value.items() if key not in known and _fits(one, inner)]
    ranked = sorted(((alike(name, key), name, key) for key in fitting for name in names if name != "."), reverse=True)
    is_certain = not isinstance(inner, str) or inner in ("photos", "pictures")
    if ranked and (is_certain or ranked[0][0] >= _SIMILAR):
        _, name, key = ranked[0]
        return Difference(_joined(path, name), MISSING, _joined(path, key), _likeness(value[key], inner))
    moved = _moved(value, names, inner)
    why = "the same key, further down" if moved else ""
    return Difference(_joined(path, names[0]), MISSING, _joined(path, moved) if moved else "", why)


def _moved(value: Any, names: Sequence[str], inner: Shape) -> str:
    """The path of one of the same keys with a fitting value further down, nearest first; empty where there is none."""
    waiting, seen = deque([("", value)]), 0
    while waiting and seen < _MOST_NODES:
        path, one = waiting.popleft()
        seen += 1
        pairs = one.items() if isinstance(one, dict) else enumerate(one[:3]) if isinstance(one, list) else ()
        for key, deeper in pairs:
            place = _joined(path, key)
            if key in names and path and _fits(deeper, inner):
                return place
            if isinstance(deeper, dict | list):
                waiting.append((place, deeper))
    return ""


def _fits(value: Any, shape: Shape) -> bool:
    """Whether most of the shape is there: a renamed object may have lost a key of its own."""
    if isinstance(shape, Json) and isinstance(value, str) and "{" not in value[:20]:
        return False
    if isinstance(shape, dict):
        found = value if isinstance(value, dict) else {}
        return len(differences(found, shape, optional=False)) * 2 <= max(len(shape) - 1, 0) and bool(found)
    if isinstance(shape, list) and not value:
        return False
    return value is not None and not differences(value, shape, optional=False)


def _likeness(value: Any, shape: Shape) -> str:
    """How a successor is like what was expected."""
    if isinstance(shape, Json):
        return "it holds that form"
    if shape == "photos":
        return f"{len(value)} entries with pictures"
    if shape == "pictures":
        return f"{value['pictures']} pictures"
    if isinstance(value, list):
        return f"{len(value)} entries of that form"
    return f"{kind_of(value)} of that form" if isinstance(value, dict) else f"a similar name, {kind_of(value)}"


def is_kind(value: Any, kind: str) -> bool:
    """Whether a value is of a kind by name."""
    if kind == "text":
        return isinstance(value, str) and bool(value)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "photos":
        return isinstance(value, list) and any(_PICTURE.search(json.dumps(one)) for one in value[:3])
    if kind == "pictures":
        return isinstance(value, dict) and value.get("pictures", 0) > 0
    return value is not None


def kind_of(value: Any) -> str:
    """What a value is, in a word."""
    names = {dict: "object", list: "list", str: "text", bool: "true or false", int: "number", float: "number"}
    return names.get(type(value), "nothing")


def alike(one: str, other: str) -> float:
    """How much two names are alike, 0 to 1."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _joined(path: str, key: object) -> str:
    text = str(key)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{path}.{shown}" if path else shown

"""Names of cities on the map: where their homes are, as many as do not cover one another."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

_LETTER, _LINE = 8.0, 20.0
"""Pixels of a usual letter and of a line, on the generous side."""
_LONGEST = 24
_LARGE = 2.0
"""How much larger the page's style makes texts on a phone, where the map is drawn at less than half its size."""
_MARK = 8.0
"""Pixels from the middle of a mark to its edge."""
_AWAY = (-14.0, 26.0, -34.0, 46.0)
"""Pixels below the middle of the homes at which a name is tried."""

Place = tuple[float, float]


class CityName(NamedTuple):
    """A name with the middle of its text, in pixels; a `small` one has no room where texts are twice as large."""

    text: str
    x: float
    y: float
    small: bool = False


def city_names(cities: Sequence[str], places: Sequence[Place], size: tuple[float, float]) -> tuple[CityName, ...]:
    """A name by the middle of each city's homes, where it covers the fewest marks; cities of the most homes first."""
    homes: dict[str, list[Place]] = {}
    for city, place in zip(cities, places, strict=True):
        if city:
            homes.setdefault(city, []).append(place)
    found: list[CityName] = []
    for city in sorted(homes, key=lambda city: (-len(homes[city]), city)):
        tried = [_name(city, homes[city], size, away) for away in _AWAY]
        free = [name for name in tried if not any(_covers(name, other) for other in found)]
        if free:
            best = min(free, key=lambda name: sum(_hides(name, place) for place in places))
            large = [other for other in found if not other.small]
            found.append(best._replace(small=any(_covers(best, other, _LARGE) for other in large)))
    return tuple(found)


def _name(city: str, places: Sequence[Place], size: tuple[float, float], away: float) -> CityName:
    text = city if len(city) <= _LONGEST else f"{city[: _LONGEST - 1]}…"
    half = len(text) * _LETTER / 2
    x = min(max(fmean(x for x, _ in places), half), size[0] - half)
    y = min(max(fmean(y for _, y in places) + away, _LINE), size[1] - _LINE / 2)
    return CityName(text, round(x, 1), round(y, 1))


def _covers(one: CityName, other: CityName, times: float = 1.0) -> bool:
    apart = (len(one.text) + len(other.text)) * _LETTER / 2
    return abs(one.x - other.x) < apart * times and abs(one.y - other.y) < _LINE * times


def _hides(name: CityName, place: Place) -> bool:
    half = len(name.text) * _LETTER / 2 + _MARK
    return abs(name.x - place[0]) < half and -_LINE < place[1] - name.y < _MARK

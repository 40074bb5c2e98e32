"""The map of the index: homes where their listings say that they are, on plain ground, north up.

Equirectangular: x is the longitude times the cosine of the middle latitude, y the latitude.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import TROUBLE
from phx_scraper.report.home_facts import by_priority
from phx_scraper.report.map_labels import CityName, city_names
from phx_scraper.report.text_filters import is_number

WIDTH, HEIGHT = 900, 420
MARGIN = 28
FARTHEST = 150.0
"""Kilometres from the middle of all homes beyond which one is named beside the map: the county is 200 km across."""

LOOKS = {
    "ok": "photos, and every source has answered",
    "partly": "photos, and a source has yet to answer",
    "missing": "no photos, and a source has yet to answer",
    "none": "no photos, and every source has answered",
}
_KM_OF_A_DEGREE = 111.195
_KM_OF_A_MILE = 1.609344
_SMALLEST = 2.0
"""Kilometres that the map is wide at least, or a single home would fill it."""
_APART = 9.0
"""Pixels between homes that are at one place."""

_LENGTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
"""Miles that the bar may stand for."""

Pin = tuple[float, float]


class Dot(NamedTuple):
    """A home on the map; x and y are pixels."""

    look: str
    address: str
    place: str
    x: float
    y: float


class ScaleBar(NamedTuple):
    """A length in pixels, and what it stands for."""

    width: float
    text: str


class HomeMap(NamedTuple):
    """What the map shows; `far` are homes beyond it with kilometres from its middle, `unknown` have no coordinates."""

    dots: tuple[Dot, ...]
    names: tuple[CityName, ...]
    scale: ScaleBar
    counts: Mapping[str, int]
    far: tuple[tuple[Mapping[str, Any], float], ...]
    unknown: tuple[Mapping[str, Any], ...]


def pin_of(listings: Mapping[str, Listing]) -> Pin | None:
    """Latitude and longitude in degrees, of the most trusted source that tells them."""
    for source in by_priority(listings):
        north, east = (listings[source].facts.get(name, math.nan) for name in ("latitude", "longitude"))
        if is_number(north) and is_number(east) and abs(north) < 85 and abs(east) <= 180:
            return float(north), float(east)
    return None


def home_map(cards: Sequence[Mapping[str, Any]]) -> HomeMap | None:
    """The map of these homes, each a card of the index with its `pin`; None where none of them has one."""
    pinned = [card for card in cards if card["pin"]]
    if not pinned:
        return None
    middle = _middle([card["pin"] for card in pinned])
    away = [_kilometres(middle, card["pin"]) for card in pinned]
    near = [card for card, distance in zip(pinned, away, strict=True) if distance <= FARTHEST]
    places, scale = _placed([card["pin"] for card in near])
    dots = tuple(
        Dot(_look(card), card["address"], card["place"], x, y) for card, (x, y) in zip(near, places, strict=True)
    )
    return HomeMap(
        dots=dots,
        names=city_names([card["city"] for card in near], places, (WIDTH, HEIGHT)),
        scale=scale,
        counts=Counter(dot.look for dot in dots),
        far=tuple((card, distance) for card, distance in zip(pinned, away, strict=True) if distance > FARTHEST),
        unknown=tuple(card for card in cards if not card["pin"]),
    )


def _look(card: Mapping[str, Any]) -> str:
    outcomes = {visit["outcome"] for visit in card["badges"]}
    waits = not outcomes.isdisjoint(("pending", *TROUBLE))
    if "ok" in outcomes:
        return "partly" if waits else "ok"
    return "missing" if waits else "none"


def _middle(pins: Sequence[Pin]) -> Pin:
    """Of the homes the one that is nearest to the median: a few that are far away do not move it."""
    usual = median(pin[0] for pin in pins), median(pin[1] for pin in pins)
    return min(pins, key=lambda pin: _kilometres(usual, pin))


def _kilometres(one: Pin, other: Pin) -> float:
    east = (other[1] - one[1]) * math.cos(math.radians(one[0]))
    return math.hypot(east, other[0] - one[0]) * _KM_OF_A_DEGREE


def _placed(pins: Sequence[Pin]) -> tuple[list[Pin], ScaleBar]:
    """Pixels of each pin, and the bar."""
    norths, easts = [pin[0] for pin in pins], [pin[1] for pin in pins]
    north, east = (min(norths) + max(norths)) / 2, (min(easts) + max(easts)) / 2
    narrowing = math.cos(math.radians(north))
    wide = max((max(easts) - min(easts)) * narrowing, _SMALLEST / _KM_OF_A_DEGREE)
    pixels = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / max(max(norths) - min(norths), 1e-9))
    places = [
        (WIDTH / 2 + (pin[1] - east) * narrowing * pixels, HEIGHT / 2 - (pin[0] - north) * pixels) for pin in pins
    ]
    return _apart(places), _scale_bar(pixels / _KM_OF_A_DEGREE)


def _apart(places: Sequence[Pin]) -> list[Pin]:
    """Places that are one to the pixel lie in a spiral around it, so that each can be chosen."""
    found = [(0.0, 0.0)] * len(places)
    spots = [(round(x), round(y)) for x, y in places]
    for _, group in groupby(sorted(range(len(places)), key=spots.__getitem__), key=spots.__getitem__):
        for turn, index in enumerate(group):
            angle, distance = turn * 2.4, _APART * math.sqrt(turn)
            x, y = places[index][0] + distance * math.cos(angle), places[index][1] + distance * math.sin(angle)
            found[index] = (round(min(max(x, 9), WIDTH - 9), 1), round(min(max(y, 9), HEIGHT - 9), 1))
    return found


def _scale_bar(pixels_of_a_km: float) -> ScaleBar:
    """The longest round number of miles that takes no more than a quarter of the width."""
    pixels_of_a_mile = pixels_of_a_km * _KM_OF_A_MILE
    miles = max(length for length in _LENGTHS if length * pixels_of_a_mile <= WIDTH / 4)
    return ScaleBar(round(miles * pixels_of_a_mile, 1), f"{miles:g} mi ({miles * _KM_OF_A_MILE:.2g} km)")

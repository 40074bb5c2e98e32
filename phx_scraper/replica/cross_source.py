"""Between the sources: which one contradicts the others at a home, and where each of them places it."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes import parse_address
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import World
from phx_scraper.replica.scenarios import KINDS, choose_one
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.presented import show as show_at_zillow

_GROUPS = {"redfin": "redfin fate", "phoenix_mls": "phoenix fate", "maricopa_assessor": "assessor fate"}
_FAR = 0.2
"""Degrees, about thirty kilometres both ways together: no pin of the home's own zip."""
_PINS = {"pin_far": 0.004, "pin_very_far": 0.045}
"""Degrees: 440 m and 5 km, typed by hand or the middle of the zip."""
_NEAR = 0.0004
"""Degrees, about forty metres: a source may mean the roof, the parcel or the street."""


def fate_at(source: str, text: str, options: Options) -> str:
    """The kind that decides how the visit at `source` ends, "" for an ordinary listing."""
    return choose_one(_GROUPS[source], Dice(source, text.lower(), "kinds").fork("fate"), options)


def outcome_of(fate: str) -> str:
    """How a visit with this fate ends."""
    return (KINDS[fate].outcome if fate else "") or "ok"


def twist(source: str, world: World, options: Options) -> str:
    """How `source` contradicts the others at this home: `far`, `street`, or "" (not at all).

    Only where Zillow, Redfin and Phoenix MLS all answer with a good listing, so that two agree against one.
    """
    text = world.text
    if not choose_one("contradiction", Dice("contradiction", text.lower()), options) or not world.shots:
        return ""
    dice = Dice("contradicting", text.lower())
    chosen, way = dice.pick(("redfin", "phoenix_mls")), dice.pick(("far", "street"))
    if chosen != source or not {"zillow", "redfin", "phoenix_mls"} <= set(options.sources):
        return ""
    good = all(outcome_of(fate_at(name, text, options)) == "ok" for name in ("redfin", "phoenix_mls"))
    return way if good and show_at_zillow(text, options).outcome == "ok" else ""


def pinned(source: str, world: World, options: Options) -> float:
    """Degrees to the north by which the pin of `source` is wrong though all else agrees; 0 on most homes."""
    dice = Dice("pin", world.text.lower())
    kind = choose_one("pin", dice, options)
    if not kind or dice.fork("source").pick(("redfin", "phoenix_mls")) != source:
        return 0.0
    return _PINS[kind]


def as_numbered(source: str, world: World, options: Options) -> World:
    """The home under the MLS number and the APN that `source` lists it by: others where it places the home far off.

    With equal numbers a pin would contradict nobody.
    """
    if twist(source, world, options) != "far":
        return world
    dice = Dice("another listing", source, world.text.lower())
    apn = f"{dice.between(511, 599)}-{dice.between(1, 999):03}-{dice.between(1, 999):03}"
    return replace(world, mls=str(dice.between(7_000_000, 7_199_999)), apn=apn)


def as_seen(source: str, world: World, way: str, pin: float = 0.0) -> World:
    """The home as `source` states it: placed a few metres off (and `pin` degrees to the north), and contradicting the
    others in the given way.
    """
    dice = Dice("place", source, world.text.lower())
    north, east = ((dice.unit() * 2 - 1) * _NEAR for _ in range(2))
    north += pin
    if way == "far":
        north, east = north + dice.pick((-_FAR, _FAR)), east + dice.pick((-_FAR, _FAR))
    seen = replace(world, latitude=round(world.latitude + north, 6), longitude=round(world.longitude + east, 6))
    if way != "street":
        return seen
    other = near_misses(world.address, dice, 1)[0]
    return replace(seen, address=parse_address(other), text=other)

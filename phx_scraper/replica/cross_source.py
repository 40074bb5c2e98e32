"""Relations between sources: which one contradicts the others at a home, and the coordinates that each states."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes import parse_address
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import Property
from phx_scraper.replica.scenarios import SCENARIOS, choose_one
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.presented import present as present_at_zillow

_GROUPS = {"redfin": "redfin ending", "phoenix_mls": "phoenix ending", "maricopa_assessor": "assessor ending"}
_CONTRADICTING_OFFSET = 0.2
"""Degrees, about thirty kilometres: outside the home's own zip."""
_PIN_ERRORS = {"pin_far": 0.004, "pin_very_far": 0.045}
"""Degrees: 440 m (typed by hand) and 5 km (the centre of the zip)."""
_POSITION_NOISE = 0.0004
"""Degrees, about forty metres: a source may mean the roof, the parcel or the street."""


def ending_at(source: str, text: str, options: Options) -> str:
    """The scenario that decides how the visit at `source` ends, "" for an ordinary listing."""
    return choose_one(_GROUPS[source], SeededRandom(source, text.lower(), "kinds").fork("fate"), options)


def outcome_of(ending: str) -> str:
    """The outcome of a visit with this ending scenario."""
    return (SCENARIOS[ending].outcome if ending else "") or "ok"


def contradiction_at(source: str, home: Property, options: Options) -> str:
    """How `source` contradicts the others at this home: `far`, `street`, or "" (not at all).

    Only where Zillow, Redfin and Phoenix MLS all answer with a good listing, so that two agree against one.
    """
    text = home.text
    if not choose_one("contradiction", SeededRandom("contradiction", text.lower()), options) or not home.shots:
        return ""
    rng = SeededRandom("contradicting", text.lower())
    chosen, contradiction = rng.pick(("redfin", "phoenix_mls")), rng.pick(("far", "street"))
    if chosen != source or not {"zillow", "redfin", "phoenix_mls"} <= set(options.sources):
        return ""
    good = all(outcome_of(ending_at(name, text, options)) == "ok" for name in ("redfin", "phoenix_mls"))
    return contradiction if good and present_at_zillow(text, options).outcome == "ok" else ""


def pin_error(source: str, home: Property, options: Options) -> float:
    """Degrees north by which the coordinates of `source` are wrong though all else agrees; 0 on most homes."""
    rng = SeededRandom("pin", home.text.lower())
    scenario = choose_one("pin", rng, options)
    if not scenario or rng.fork("source").pick(("redfin", "phoenix_mls")) != source:
        return 0.0
    return _PIN_ERRORS[scenario]


def as_numbered(source: str, home: Property, options: Options) -> Property:
    """The home with the MLS number and the APN of `source`: others where it contradicts the coordinates.

    With equal numbers wrong coordinates are no contradiction.
    """
    if contradiction_at(source, home, options) != "far":
        return home
    rng = SeededRandom("another listing", source, home.text.lower())
    apn = f"{rng.between(511, 599)}-{rng.between(1, 999):03}-{rng.between(1, 999):03}"
    return replace(home, mls=str(rng.between(7_000_000, 7_199_999)), apn=apn)


def as_stated(source: str, home: Property, contradiction: str, pin: float = 0.0) -> Property:
    """The home as `source` states it: coordinates a few metres off, and `pin` degrees north; `contradiction` as
    `contradiction_at` names it.
    """
    rng = SeededRandom("place", source, home.text.lower())
    north, east = ((rng.unit() * 2 - 1) * _POSITION_NOISE for _ in range(2))
    north += pin
    if contradiction == "far":
        north, east = (
            north + rng.pick((-_CONTRADICTING_OFFSET, _CONTRADICTING_OFFSET)),
            east + rng.pick((-_CONTRADICTING_OFFSET, _CONTRADICTING_OFFSET)),
        )
    stated = replace(home, latitude=round(home.latitude + north, 6), longitude=round(home.longitude + east, 6))
    if contradiction != "street":
        return stated
    other = near_misses(home.address, rng, 1)[0]
    return replace(stated, address=parse_address(other), text=other)

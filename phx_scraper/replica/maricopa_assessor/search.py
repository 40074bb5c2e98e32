"""The parcel search: fuzzy, by street alone, 25 results a page."""

from __future__ import annotations

from typing import Any

from phx_scraper.homes import Address
from phx_scraper.replica.county_zips import everywhere
from phx_scraper.replica.maricopa_assessor.presented import Shown, second_parcel, show
from phx_scraper.replica.name_registry import Memory
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import look_up
from phx_scraper.replica.requested_homes import know, known_homes, street_key, street_only
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.state import State
from phx_scraper.replica.street_types import spelled_out

PAGE_SIZE = 25
_SEAM = "|"


def search(state: State, asked: str, page: int) -> dict[str, Any]:
    """The answer's body; a query that says more than a street finds nothing."""
    street = street_only(asked)
    found = [text for text in results(state, street) if _understood(text, asked, state.options)] if street else []
    rows = [row for text in found for row in _rows(state, show(text, state.options))]
    start = (page - 1) * PAGE_SIZE
    return {"TOTAL": len(rows), "Results": rows[start : start + PAGE_SIZE]}


def _understood(text: str, asked: str, options: Options) -> bool:
    home = show(text, options)
    return home.find != "assessor_literal" or spelled_out(asked, home.world.address)


def _rows(state: State, parcel: Shown) -> list[dict[str, Any]]:
    """The parcel's row; before it, on some homes, that of a commercial parcel at the same address."""
    if state.memory.recall(f"apn:{parcel.apn}") is None:
        state.memory.learn(f"apn:{parcel.apn}", parcel.world.text)
    if "assessor_two_parcels" not in parcel.marks:
        return [_row(parcel)]
    other = second_parcel(parcel)
    state.memory.learn(f"second apn:{other.apn}", parcel.world.text)
    return [_row(other) | {"PropertyType": "COMMERCIAL"}, _row(parcel)]


def results(state: State, street: Address) -> list[str]:
    """Canonical addresses of all results. Their order is settled at the first question, so that pages fit together;
    homes that were asked for elsewhere only later are added at the end.
    """
    key = street_key(street)
    name, known = f"results:{key}", known_homes(state.memory, key)
    settled = state.memory.recall(name)
    if settled is None:
        first = _around(known, state.options) if known else _anywhere(street, state.options)
        settled = _SEAM.join(first)
        state.memory.learn(name, settled)
        state.memory.learn(f"asked:{key}", _SEAM.join(known))
    order = settled.split(_SEAM) if settled else []
    before = (state.memory.recall(f"asked:{key}") or "").split(_SEAM)
    late = [text for text in known if text not in order and text not in before and show(text, state.options).listed]
    return order + late


def _around(known: list[str], options: Options) -> list[str]:
    """The known homes of the street among near misses; on some homes far behind in the results."""
    found: dict[str, None] = {}
    for text in known:
        home = show(text, options)
        others = _others(home)
        own = [home.world.text] if home.listed else []
        found |= dict.fromkeys([*others, *own] if home.find == "assessor_crowded" else _mixed(own, others, home))
    return list(found)


def _mixed(own: list[str], others: list[str], home: Shown) -> list[str]:
    return home.dice("results").shuffled([*own, *others])


def _others(home: Shown) -> list[str]:
    """Parcels of other homes that the search takes for near; none where the home's own fate is to find nothing."""
    dice = home.dice("others")
    if home.fate == "assessor_unlisted":
        return []
    if home.find == "assessor_crowded" and home.listed:
        elsewhere = [text for text in everywhere(home.world.address) if text != home.world.text]
        return dice.shuffled(elsewhere)[: dice.between(PAGE_SIZE, 60)]
    return near_misses(home.world.address, dice, dice.between(1, 5))


def _anywhere(street: Address, options: Options) -> list[str]:
    """The street in every zip, for a server that was asked for no home in it yet."""
    listed = [text for text in everywhere(street) if show(text, options).listed]
    return Dice("anywhere", street_key(street)).shuffled(listed)


def _row(parcel: Shown) -> dict[str, Any]:
    world, dice = parcel.world, parcel.dice("row")
    return {
        "MCR": str(dice.between(1000, 99_999)),
        "SubdivisonName": f"SAMPLE ESTATES UNIT {dice.between(1, 9)}",
        "SectionTownshipRange": f"{dice.between(1, 36)}{dice.between(1, 6)}N{dice.between(1, 7)}E",
        "APN": parcel.apn,
        "Ownership": "EXAMPLE OWNER",
        "SitusAddress": world.address.street.upper(),
        "SitusCity": world.address.city.upper(),
        "SitusZip": world.address.zip,
        "PropertyType": "RESIDENTIAL",
        "RentalID": None,
    }


def parcel_of(memory: Memory, apn: str, options: Options) -> Shown | None:
    """The parcel with a number that a search has shown, however it is punctuated."""
    plain = "".join(sign for sign in apn.upper() if sign.isalnum())
    text = memory.recall(f"apn:{plain}")
    if text:
        return show(text, options)
    beside = memory.recall(f"second apn:{plain}")
    return second_parcel(show(beside, options)) if beside else None


def meet(state: State, address: str) -> None:
    """Learn the home's parcel number; raises AddressError."""
    know(state.memory, address)
    state.memory.learn(f"apn:{look_up(address, (0, 0)).apn.replace('-', '')}", address)

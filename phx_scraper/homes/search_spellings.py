"""Spellings of an address for searches: a site that finds nothing for one spelling may find the home by another."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes.address import Address, parse_address
from phx_scraper.homes.street_types import FULL_WORDS

_DIRECTIONS = {
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
}


def spellings(address: str) -> tuple[str, ...]:
    """An address as search texts, the usual one first, each once; searches take the text literally.

    Abbreviated; spelled out ("4732 West Davis Road"); with only the type spelled out, as ARMLS has it; with the zip
    alone for the place. Raises AddressError.
    """
    home = parse_address(address)
    short, full = home.street, _spelled(home, directions=True)
    written = [
        home.canonical,
        _with_place(full, home),
        _with_place(_spelled(home, directions=False), home),
        _joined(short, home.zip) if home.zip else "",
    ]
    return tuple(dict.fromkeys(text for text in written if text))


def street_spellings(address: str) -> tuple[str, ...]:
    """The street line for searches by street alone: abbreviated, spelled out, number and bare name.

    Without the unit, which such searches do not know; the last text has it. Raises AddressError.
    """
    home = parse_address(address)
    building = replace(home, unit="")
    written = [building.street, _spelled(building, directions=True), f"{home.number} {home.name}", home.street]
    return tuple(dict.fromkeys(written))


def _spelled(home: Address, directions: bool) -> str:
    """The street line with its type, and with its directions if `directions`, as words; the name is unchanged."""
    before, after = home.direction, home.post_direction
    if directions:
        before, after = _DIRECTIONS.get(before, before), _DIRECTIONS.get(after, after)
    kind = FULL_WORDS.get(home.type.upper(), home.type).title()
    return replace(home, direction=before, post_direction=after, type=kind).street


def _with_place(street: str, home: Address) -> str:
    return _joined(street, home.city, f"{home.state} {home.zip}".strip())


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)

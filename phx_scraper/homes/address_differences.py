"""Which parts of two addresses differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from phx_scraper.errors import AddressError
from phx_scraper.homes.address import Address, parse_address
from phx_scraper.homes.canonical_form import same_address

_STREET_FIELDS = {
    "number": "number",
    "direction": "direction",
    "name": "street name",
    "type": "street type",
    "post_direction": "direction behind the street",
    "unit": "unit",
}


class Difference(NamedTuple):
    """One part of an address, as requested and as found; either may be empty."""

    part: str
    requested: str
    found: str

    def __str__(self) -> str:
        if not self.requested:
            return f"{self.part} {self.found} where none was asked"
        return f"{self.part} {self.found or 'missing'} instead of {self.requested}"


def only_difference(requested: str, found: str) -> Difference | None:
    """The one part in which two addresses differ; None where they are one home, or differ in more, or are unreadable.

    City and zip count as one part: where the zips differ, the city is not compared.
    """
    try:
        a, b = parse_address(requested), parse_address(found)
    except AddressError:
        return None
    if same_address(a, b):
        return None
    parts = list(_differences(a, b))
    return parts[0] if len(parts) == 1 else None


def _differences(a: Address, b: Address) -> Iterator[Difference]:
    for field, part in _STREET_FIELDS.items():
        requested, found = getattr(a, field), getattr(b, field)
        if requested.lower() != found.lower():
            yield Difference(part, requested, found)
    if a.zip and b.zip:
        if a.zip != b.zip:
            yield Difference("zip", a.zip, b.zip)
    elif a.city.lower() != b.city.lower():
        yield Difference("city", a.city, b.city)
    elif a.state and b.state and a.state != b.state:
        yield Difference("state", a.state, b.state)

"""The header of a list of homes: which column is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ALIASES = MappingProxyType(
    {
        "full_address": "full_address", "fulladdress": "full_address", "property_address": "full_address",
        "street": "street", "street_address": "street", "streetaddress": "street", "address_line_1": "street",
        "unit": "unit", "unit_number": "unit", "apt": "unit", "apartment": "unit",
        "city": "city", "state": "state", "state_or_province": "state",
        "zip": "zip", "zip_code": "zip", "zipcode": "zip", "postal_code": "zip", "zip_or_postal_code": "zip",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Index of each address column in a row, and the names of all others by index."""

    address: dict[str, int]
    extras: dict[int, str]
    count: int

    @property
    def usable(self) -> bool:
        """True where a row can name a home: a full address, or a street with a city or zip."""
        return "full_address" in self.address or (
            "street" in self.address and bool({"city", "zip"} & set(self.address))
        )


def read_header(cells: Sequence[str]) -> Columns:
    """Sorts the header's cells; case, spaces and hyphens do not matter, the first of two equal names wins."""
    names = [_NOT_WORD.sub("_", cell.strip().lower()).strip("_") for cell in cells]
    meanings = [_ALIASES.get(name, "") for name in names]
    if "address" in names and not {"street", "full_address"} & set(meanings):
        # A lone "address" is the street line where city or zip have columns of their own.
        meanings[names.index("address")] = "street" if {"city", "zip"} & set(meanings) else "full_address"
    address: dict[str, int] = {}
    extras: dict[int, str] = {}
    for index, (cell, meaning) in enumerate(zip(cells, meanings, strict=True)):
        if meaning and meaning not in address:
            address[meaning] = index
        elif cell.strip():
            extras[index] = _unused(cell.strip(), extras)
    return Columns(address, extras, len(cells))


def _unused(name: str, extras: dict[int, str]) -> str:
    taken = set(extras.values())
    number, unused = 2, name
    while unused in taken:
        unused, number = f"{name}_{number}", number + 1
    return unused

"""A home on the list, as the catalogue holds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home as the catalogue holds it."""

    property_hash: str
    address: str
    slug: str
    street: str
    city: str
    state: str
    zip: str
    unit: str
    extras: dict[str, str]

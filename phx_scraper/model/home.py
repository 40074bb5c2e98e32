"""A home on the list, as the catalogue holds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home as the catalogue holds it.

    `extras` are the other columns of its row; with `originals` its folder has the full-size files too.
    """

    property_hash: str
    address: str
    slug: str
    street: str
    city: str
    state: str
    zip: str
    unit: str
    extras: dict[str, str]
    originals: bool = False

"""Street types in full, for searches that match only these."""

from __future__ import annotations

import re

from phx_scraper.homes import Address

FULL_TYPES = {
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Cir": "Circle",
    "Ct": "Court",
    "Dr": "Drive",
    "Ln": "Lane",
    "Pkwy": "Parkway",
    "Pl": "Place",
    "Rd": "Road",
    "St": "Street",
    "Ter": "Terrace",
    "Trl": "Trail",
}


def spelled_out(query: str, address: Address) -> bool:
    """Whether a search's words hold the street type of `address` in full; true of streets without a type."""
    full = FULL_TYPES.get(address.type)
    return full is None or re.search(rf"\b{full}\b", query, re.IGNORECASE) is not None

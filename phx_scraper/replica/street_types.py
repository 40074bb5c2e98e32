"""Street types in full, and searches that understand nothing else."""

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


def spelled_out(asked: str, address: Address) -> bool:
    """Whether a search's words hold the street type of `address` in full; true of streets that have none to spell."""
    full = FULL_TYPES.get(address.type)
    return full is None or re.search(rf"\b{full}\b", asked, re.IGNORECASE) is not None

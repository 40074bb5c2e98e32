"""Homes by their street line alone: one source is asked without city and zip."""

from __future__ import annotations

import re
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.memory import Memory

_SEAM = "|"
_ZIP = re.compile(r"\d{5}")


def know(memory: Memory, text: str) -> None:
    """Remember that someone asked for the home at the canonical address `text`."""
    name = f"street:{street_key(parse_address(text))}"
    known = memory.recall(name)
    if text not in (known or "").split(_SEAM):
        memory.learn(name, f"{known}{_SEAM}{text}" if known else text)


def known_homes(memory: Memory, street: str) -> list[str]:
    """Canonical addresses with this street line (lower case, without unit), in the order they were first asked for."""
    known = memory.recall(f"street:{street}")
    return known.split(_SEAM) if known else []


def street_key(address: Address) -> str:
    """The street line without the unit, lower case."""
    return replace(address, unit="").street.lower()


def street_only(text: str) -> Address | None:
    """The street that a query without city and zip names, in a made-up city; None where it names more, or nothing."""
    if "," in text or any(_ZIP.fullmatch(word) for word in text.split()[1:]):
        return None
    try:
        address = parse_address(f"{text}, Phoenix, AZ")
    except AddressError:
        return None
    return replace(address, unit="") if address.city == "Phoenix" else None

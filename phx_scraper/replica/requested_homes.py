"""Homes by their street line alone, by their zip and by their MLS number: sources are asked for each of these."""

from __future__ import annotations

import re
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.name_registry import Memory
from phx_scraper.replica.property import look_up

_SEAM = "|"
_ZIP = re.compile(r"\d{5}")


def know(memory: Memory, text: str) -> None:
    """Remember that someone asked for the home at the canonical address `text`."""
    address = parse_address(text)
    if _list(memory, f"street:{street_key(address)}", text):
        _list(memory, f"zip:{address.zip}", text)
        memory.learn(f"known mls:{look_up(text, (0, 0)).mls}", text)


def _list(memory: Memory, name: str, text: str) -> bool:
    """Add `text` to the list called `name`; False where it stands there."""
    known = memory.recall(name)
    if text in (known or "").split(_SEAM):
        return False
    memory.learn(name, f"{known}{_SEAM}{text}" if known else text)
    return True


def known_homes(memory: Memory, street: str) -> list[str]:
    """Canonical addresses with this street line (lower case, without unit), in the order they were first asked for."""
    return _listed(memory, f"street:{street}")


def known_in_zip(memory: Memory, zip_code: str) -> list[str]:
    """Canonical addresses in this zip, in the order they were first asked for."""
    return _listed(memory, f"zip:{zip_code}")


def _listed(memory: Memory, name: str) -> list[str]:
    known = memory.recall(name)
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

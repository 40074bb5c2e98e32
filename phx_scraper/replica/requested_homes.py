"""Homes that were requested, by street line, zip and MLS number: sources are searched by each of these."""

from __future__ import annotations

import re
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.property import property_at

_SEPARATOR = "|"
_ZIP = re.compile(r"\d{5}")


def record_request(registry: NameRegistry, text: str) -> None:
    """Record a request for the home at the canonical address `text`."""
    address = parse_address(text)
    if _append(registry, f"street:{street_key(address)}", text):
        _append(registry, f"zip:{address.zip}", text)
        registry.record(f"known mls:{property_at(text, (0, 0)).mls}", text)


def _append(registry: NameRegistry, name: str, text: str) -> bool:
    """Add `text` to the list called `name`; False where it is there already."""
    known = registry.get(name)
    if text in (known or "").split(_SEPARATOR):
        return False
    registry.record(name, f"{known}{_SEPARATOR}{text}" if known else text)
    return True


def requested_on_street(registry: NameRegistry, street: str) -> list[str]:
    """Canonical addresses with this street line (lower case, without unit), in the order of their first request."""
    return _list(registry, f"street:{street}")


def requested_in_zip(registry: NameRegistry, zip_code: str) -> list[str]:
    """Canonical addresses in this zip, in the order of their first request."""
    return _list(registry, f"zip:{zip_code}")


def _list(registry: NameRegistry, name: str) -> list[str]:
    known = registry.get(name)
    return known.split(_SEPARATOR) if known else []


def street_key(address: Address) -> str:
    """The street line without the unit, lower case."""
    return replace(address, unit="").street.lower()


def street_only(text: str) -> Address | None:
    """The street that a query without city and zip names, in an invented city; None where it names more, or nothing."""
    if "," in text or any(_ZIP.fullmatch(word) for word in text.split()[1:]):
        return None
    try:
        address = parse_address(f"{text}, Phoenix, AZ")
    except AddressError:
        return None
    return replace(address, unit="") if address.city == "Phoenix" else None

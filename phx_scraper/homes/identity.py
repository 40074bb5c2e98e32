"""Which texts are of one home: the canonical form, the hash and the strict comparison."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes.address import Address, parse_address
from phx_scraper.homes.roads import road_key

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def canonical(address: str) -> str:
    """The address as "4732 W Davis Rd, Glendale, AZ 85306"; raises AddressError for an unreadable one."""
    return parse_address(address).canonical


def property_hash(address: str) -> str:
    """First 8 hex digits of sha256 of the lower-case canonical address; raises AddressError."""
    return hash_of(parse_address(address))


def slug(address: str) -> str:
    """Name for folders and URLs, only `[a-z0-9-]`: "4732-w-davis-rd-glendale-az-85306"; raises AddressError."""
    return slug_of(parse_address(address))


def same_home(a: str, b: str) -> bool:
    """True only where both texts certainly are of one home; never raises, an unreadable address equals nothing.

    Number, directions, name, type and unit must be equal, and the zips; where one has no zip, city and state.
    """
    try:
        return same_address(parse_address(a), parse_address(b))
    except AddressError:
        return False


def same_address(a: Address, b: Address) -> bool:
    """`same_home` for addresses already read."""
    if street_key(a) != street_key(b):
        return False
    if a.zip and b.zip:
        return a.zip == b.zip
    same_state = not (a.state and b.state) or a.state == b.state
    return bool(a.city) and a.city == b.city and same_state


def street_key(address: Address) -> str:
    """What tells two homes of one town apart: the street line with unit, lower case; one text for a road's names."""
    road = road_key(address.name, address.state)
    return (replace(address, name=road) if road else address).street.lower()


def hash_of(address: Address) -> str:
    """`property_hash` for an address already read."""
    return hashlib.sha256(address.canonical.lower().strip().encode()).hexdigest()[:8]


def slug_of(address: Address) -> str:
    """`slug` for an address already read."""
    return _NOT_SLUG.sub("-", address.canonical.lower()).strip("-")

"""Whether two addresses are the same home: canonical form, hash and strict comparison."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from phx_scraper.errors import AddressError
from phx_scraper.homes.address import Address, parse_address
from phx_scraper.homes.numbered_roads import road_key


class Place(Protocol):
    """The city, state and zip of a street; a part that is not known is ""."""

    @property
    def city(self) -> str:
        """The city."""

    @property
    def state(self) -> str:
        """The two-letter state code."""

    @property
    def zip(self) -> str:
        """The five-digit zip."""


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
    """True only where both texts certainly are the same home; never raises, an unreadable address equals nothing.

    Number, directions, name, type and unit must be equal, and the zips; where one has no zip, city and state.
    """
    try:
        return same_address(parse_address(a), parse_address(b))
    except AddressError:
        return False


def same_address(a: Address, b: Address) -> bool:
    """`same_home` for addresses already read."""
    return street_key(a) == street_key(b) and same_place(a, b)


def same_place(a: Place, b: Place) -> bool:
    """For two homes with equal street lines: True if the zips are equal, or one has none and city and state agree."""
    if a.zip and b.zip:
        return a.zip == b.zip
    same_state = not (a.state and b.state) or a.state == b.state
    return bool(a.city) and a.city.lower() == b.city.lower() and same_state


def street_key(address: Address) -> str:
    """Equal for equal street lines: number, directions, name, type and unit; all names of a numbered road are equal."""
    name = road_key(address.name, address.state) or address.name
    fields = (address.number, address.direction, name, address.type, address.post_direction, address.unit)
    return "|".join(fields).lower()


def identity_of(address: Address) -> str:
    """The home's identity as text: street and zip; without a zip, street, city and state.

    Two addresses with zips have the same identity exactly if `same_address` is true; the city does not count.
    """
    place = address.zip or f"|{address.city}|{address.state}".lower()
    return f"{street_key(address)}|{place}"


def hash_of(address: Address, digits: int = 8) -> str:
    """`property_hash` for an address already read; more digits distinguish homes that share the first eight."""
    return hashlib.sha256(address.canonical.lower().strip().encode()).hexdigest()[:digits]


def slug_of(address: Address) -> str:
    """`slug` for an address already read."""
    return _NOT_SLUG.sub("-", address.canonical.lower()).strip("-")

"""Homes: postal addresses read, compared and named; lists of them read from files."""

from __future__ import annotations

from phx_scraper.homes.address import Address, address_from_slug, parse_address
from phx_scraper.homes.addresses_csv import parse_inline, read_addresses
from phx_scraper.homes.identity import canonical, property_hash, same_home, slug
from phx_scraper.homes.records import Home, RowError

__all__ = [
    "Address",
    "Home",
    "RowError",
    "address_from_slug",
    "canonical",
    "parse_address",
    "parse_inline",
    "property_hash",
    "read_addresses",
    "same_home",
    "slug",
]

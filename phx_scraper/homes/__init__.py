"""Homes: postal addresses read, compared and named; lists of them read from files."""

from __future__ import annotations

from phx_scraper.homes.address import Address, address_from_slug, parse_address
from phx_scraper.homes.addresses_csv import parse_inline, read_addresses, read_given
from phx_scraper.homes.canonical_form import (
    Place,
    canonical,
    hash_of,
    identity_of,
    property_hash,
    same_home,
    same_place,
    slug,
    street_key,
)
from phx_scraper.homes.kept_list import is_kept_list, read_kept_list, write_kept_list
from phx_scraper.homes.listed_home import Home, RowError

__all__ = [
    "Address",
    "Home",
    "Place",
    "RowError",
    "address_from_slug",
    "canonical",
    "hash_of",
    "identity_of",
    "is_kept_list",
    "parse_address",
    "parse_inline",
    "property_hash",
    "read_addresses",
    "read_given",
    "read_kept_list",
    "same_home",
    "same_place",
    "slug",
    "street_key",
    "write_kept_list",
]

"""The home that a search query names."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.requested_homes import requested_on_street, street_key
from phx_scraper.replica.zip_homes import city_of_zip


def address_of_query(text: str, registry: NameRegistry) -> str:
    """The canonical address that `text` names, its city filled in where only the zip is given; raises AddressError."""
    address = parse_address(text)
    if address.city or not address.zip:
        return address.canonical
    known = [parse_address(home) for home in requested_on_street(registry, street_key(address))]
    same = (home for home in known if (home.zip, home.unit) == (address.zip, address.unit))
    return next(same, _placed(address)).canonical


def _placed(address: Address) -> Address:
    return replace(address, city=city_of_zip(address.zip), state=address.state or "AZ")

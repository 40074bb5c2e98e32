"""The plugin's search: all given fields must match, and a comma separates alternative values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol

from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.county_zips import COUNTY_ZIPS
from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome, present
from phx_scraper.replica.state import State
from phx_scraper.replica.zip_homes import homes_in_zip, homes_with_number

_USUAL_LIMIT = 25
_ADDRESS_FIELDS: dict[str, Callable[[Address], str]] = {
    "StreetNumber": lambda address: address.number,
    "StreetDirPrefix": lambda address: address.direction,
    "StreetName": lambda address: address.name,
    "StreetSuffix": lambda address: address.type,
    "City": lambda address: address.city,
    "StateOrProvince": lambda address: address.state,
    "PostalCode": lambda address: address.zip,
    "StreetAddress": lambda address: address.street,
}


class Query(Protocol):
    """The parameters of a query."""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a name."""
        ...

    def getall(self, name: str, default: list[str]) -> list[str]:
        """Every value of a name."""
        ...


def searched(state: State, query: Query) -> list[tuple[PresentedHome, MlsListing]] | None:
    """One page of the listings that match; None where the firewall refuses one that the query names."""
    fields = {name: _alternatives(query.get(name, "")) for name in _ADDRESS_FIELDS if query.get(name, "")}
    if len(fields.get("StreetAddress", ())) > 1:
        del fields["StreetAddress"]  # alternatives of street, city or state match everything
    numbers, statuses = _alternatives(query.get("ListingId", "")), query.getall("StandardStatus[]", [])
    found: list[tuple[PresentedHome, MlsListing]] = []
    if state.options.switched_on("phoenix_down"):
        return found
    for text in _candidates(state, fields, numbers):
        presented = present(text, state.options)
        if presented.ending == "phoenix_firewall":
            if numbers or "StreetNumber" in fields:
                return None
            continue
        if presented.outcome != "not_found":
            found += [(presented, one) for one in presented.listings if _matches(one, numbers, statuses)]
    limit, page = _number(query.get("Limit", ""), _USUAL_LIMIT), _number(query.get("pg", ""), 1)
    return found[(page - 1) * limit : page * limit]


def _alternatives(value: str) -> set[str]:
    return {part.strip().lower() for part in value.split(",") if part.strip()}


def _matches(listing: MlsListing, numbers: set[str], statuses: list[str]) -> bool:
    return (not numbers or listing.mls.lower() in numbers) and (not statuses or listing.status in statuses)


def _candidates(state: State, fields: Mapping[str, set[str]], numbers: set[str]) -> list[str]:
    """Homes that match the address fields; by MLS number, those whose numbers this server has sent."""
    if numbers:
        known = (state.registry.get(f"{name}:{number}") for number in sorted(numbers) for name in ("mls", "known mls"))
        found = list(dict.fromkeys(filter(None, known)))
    else:
        codes = fields.get("PostalCode") or {code for _, code in COUNTY_ZIPS}
        found = [
            text for code in sorted(codes) for text in _homes_in_zip(state, code, fields.get("StreetNumber", set()))
        ]
    return [text for text in found if _matches_fields(text, fields)]


def _homes_in_zip(state: State, zip_code: str, numbers: set[str]) -> list[str]:
    named = [text for number in sorted(numbers) for text in homes_with_number(zip_code, number)]
    return list(dict.fromkeys([*homes_in_zip(state.registry, zip_code), *named]))


def _matches_fields(text: str, fields: Mapping[str, set[str]]) -> bool:
    address = _parsed(text)
    return all(_ADDRESS_FIELDS[name](address).lower() in values for name, values in fields.items())


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Address:
    return parse_address(text)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and int(text) else default

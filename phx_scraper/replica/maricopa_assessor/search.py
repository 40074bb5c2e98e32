"""The parcel search: fuzzy, by street alone, 25 results a page."""

from __future__ import annotations

from typing import Any

from phx_scraper.homes import Address
from phx_scraper.replica.county_zips import in_every_zip
from phx_scraper.replica.maricopa_assessor.presented import PresentedParcel, present, second_parcel
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import property_at
from phx_scraper.replica.requested_homes import record_request, requested_on_street, street_key, street_only
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.state import State
from phx_scraper.replica.street_types import spelled_out

PAGE_SIZE = 25
_SEPARATOR = "|"


def search(state: State, query: str, page: int) -> dict[str, Any]:
    """The response body; a query with more than a street finds nothing."""
    street = street_only(query)
    found = [text for text in results(state, street) if _matches_query(text, query, state.options)] if street else []
    rows = [row for text in found for row in _rows(state, present(text, state.options))]
    start = (page - 1) * PAGE_SIZE
    return {"TOTAL": len(rows), "Results": rows[start : start + PAGE_SIZE]}


def _matches_query(text: str, query: str, options: Options) -> bool:
    parcel = present(text, options)
    return parcel.lookup != "assessor_literal" or spelled_out(query, parcel.home.address)


def _rows(state: State, parcel: PresentedParcel) -> list[dict[str, Any]]:
    """The parcel's row; before it, on some homes, that of a commercial parcel at the same address."""
    if state.registry.get(f"apn:{parcel.apn}") is None:
        state.registry.record(f"apn:{parcel.apn}", parcel.home.text)
    if "assessor_two_parcels" not in parcel.variations:
        return [_row(parcel)]
    other = second_parcel(parcel)
    state.registry.record(f"second apn:{other.apn}", parcel.home.text)
    return [_row(other) | {"PropertyType": "COMMERCIAL"}, _row(parcel)]


def results(state: State, street: Address) -> list[str]:
    """Canonical addresses of all results. Their order is fixed by the first request, so that pages are consistent;
    homes that were requested elsewhere later are appended.
    """
    key = street_key(street)
    name, known = f"results:{key}", requested_on_street(state.registry, key)
    stored_order = state.registry.get(name)
    if stored_order is None:
        first = _known_among_others(known, state.options) if known else _in_every_zip(street, state.options)
        stored_order = _SEPARATOR.join(first)
        state.registry.record(name, stored_order)
        state.registry.record(f"asked:{key}", _SEPARATOR.join(known))
    order = stored_order.split(_SEPARATOR) if stored_order else []
    known_before = (state.registry.get(f"asked:{key}") or "").split(_SEPARATOR)
    added_later = [
        text
        for text in known
        if text not in order and text not in known_before and present(text, state.options).in_search
    ]
    return order + added_later


def _known_among_others(known: list[str], options: Options) -> list[str]:
    """The known homes of the street among near misses; on some homes on a later page of results."""
    found: dict[str, None] = {}
    for text in known:
        parcel = present(text, options)
        others = _other_parcels(parcel)
        own = [parcel.home.text] if parcel.in_search else []
        found |= dict.fromkeys(
            [*others, *own] if parcel.lookup == "assessor_crowded" else _shuffled(own, others, parcel)
        )
    return list(found)


def _shuffled(own: list[str], others: list[str], parcel: PresentedParcel) -> list[str]:
    return parcel.rng("results").shuffled([*own, *others])


def _other_parcels(parcel: PresentedParcel) -> list[str]:
    """Near misses in the results; none where the scenario is that nothing is found."""
    rng = parcel.rng("others")
    if parcel.ending == "assessor_unlisted":
        return []
    if parcel.lookup == "assessor_crowded" and parcel.in_search:
        other_zips = [text for text in in_every_zip(parcel.home.address) if text != parcel.home.text]
        return rng.shuffled(other_zips)[: rng.between(PAGE_SIZE, 60)]
    return near_misses(parcel.home.address, rng, rng.between(1, 5))


def _in_every_zip(street: Address, options: Options) -> list[str]:
    """The street in every zip, for a server that knows no home in it yet."""
    parcels = [text for text in in_every_zip(street) if present(text, options).in_search]
    return SeededRandom("anywhere", street_key(street)).shuffled(parcels)


def _row(parcel: PresentedParcel) -> dict[str, Any]:
    home, rng = parcel.home, parcel.rng("row")
    return {
        "MCR": str(rng.between(1000, 99_999)),
        "SubdivisonName": f"SAMPLE ESTATES UNIT {rng.between(1, 9)}",
        "SectionTownshipRange": f"{rng.between(1, 36)}{rng.between(1, 6)}N{rng.between(1, 7)}E",
        "APN": parcel.apn,
        "Ownership": "EXAMPLE OWNER",
        "SitusAddress": home.address.street.upper(),
        "SitusCity": home.address.city.upper(),
        "SitusZip": home.address.zip,
        "PropertyType": "RESIDENTIAL",
        "RentalID": None,
    }


def parcel_of(registry: NameRegistry, apn: str, options: Options) -> PresentedParcel | None:
    """The parcel of a number that a search has returned, whatever its punctuation."""
    plain = "".join(sign for sign in apn.upper() if sign.isalnum())
    text = registry.get(f"apn:{plain}")
    if text:
        return present(text, options)
    second = registry.get(f"second apn:{plain}")
    return second_parcel(present(second, options)) if second else None


def register_address(state: State, address: str) -> None:
    """Register the home's parcel number; raises AddressError."""
    record_request(state.registry, address)
    state.registry.record(f"apn:{property_at(address, (0, 0)).apn.replace('-', '')}", address)

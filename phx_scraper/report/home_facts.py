"""What a home's listings say of it: one line for the head of a page, and all of it source by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phx_scraper.model.listing import Listing
from phx_scraper.model.listing_facts import FactValues, facts_of
from phx_scraper.report.text_filters import dollars, is_number, number, shortened, words
from phx_scraper.sources import source_priority

HEADLINE = ("price", "beds", "baths", "area_sqft", "status", "listing_date")

# Facts by which a person tells a home: where sources differ on one of these, one of them may be of another home.
_COMPARED = ("price", "beds", "baths", "area_sqft", "lot_sqft", "year_built", "ids.mls", "ids.apn")
_LABELS = {
    "area_sqft": "living area",
    "lot_sqft": "lot",
    "pool_sqft": "pool",
    "ids.mls": "MLS number",
    "ids.apn": "parcel (APN)",
    "ids.zpid": "zpid",
    "mls_name": "MLS",
    "listing_date": "listed on",
    "claimed_photo_count": "photos claimed",
}
_WORDS = {"status", "home_type", "property_type"}
_FIRST = ("status", "price", "beds", "baths", "area_sqft", "lot_sqft", "year_built", "listing_date")


def by_priority(sources: Mapping[str, Any] | Sequence[str]) -> list[str]:
    """Names of sources, the most trusted first."""
    return sorted(sources, key=lambda source: (source_priority(source), source))


def headline(listings: Mapping[str, Listing]) -> dict[str, Any]:
    """Of each of HEADLINE what the most trusted source says that says anything; the others are left out."""
    told = [facts_of(listings[source], None) for source in by_priority(listings)]
    found = {name: next((facts[name] for facts in told if _says(facts, name)), None) for name in HEADLINE}
    return {name: value for name, value in found.items() if value is not None}


def fact_rows(listings: Mapping[str, Listing], claims: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """A row for each fact: `label`, `values` in the order of `by_priority`, and whether the sources differ on it."""
    sources = by_priority(listings)
    told = [facts_of(listings[source], claims.get(source)) for source in sources]
    names = {name for facts in told for name in facts if name not in {"latitude", "longitude"}}
    rows = [_row(name, told) for name in sorted(names, key=_order)]
    pins = [_pin(facts) for facts in told]
    return [*rows, {"label": "coordinates", "values": pins, "differs": False}] if any(pins) else rows


def shown(name: str, value: Any) -> str:
    """A fact as a person writes it: `$524,900`, `1,764 sq ft`, `for sale`."""
    if name == "price":
        return dollars(value)
    if name.endswith("_sqft"):
        return f"{number(value)} sq ft"
    if name == "year_built" and is_number(value):
        return str(int(value))
    if name.startswith("ids."):
        return shortened(str(value))
    return shortened(words(value)) if name in _WORDS else number(value)


def label(name: str) -> str:
    """A fact's name as a person writes it."""
    return _LABELS.get(name) or shortened(words(name.removeprefix("ids.")), 60)


def _says(facts: FactValues, name: str) -> bool:
    return name in facts and facts[name] != "unknown"


def _row(name: str, told: Sequence[FactValues]) -> dict[str, Any]:
    values = {_plain(facts[name]) for facts in told if name in facts}
    return {
        "label": label(name),
        "values": [shown(name, facts[name]) if name in facts else "" for facts in told],
        "differs": name in _COMPARED and len(values) > 1,
    }


def _plain(value: Any) -> Any:
    """Numbers of parcels are written with and without separators."""
    return value if is_number(value) else "".join(filter(str.isalnum, str(value))).upper()


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST) + name.startswith("ids."), name)


def _pin(facts: FactValues) -> str:
    pin = facts.get("latitude"), facts.get("longitude")
    is_one = all(is_number(degrees) and abs(degrees) <= 180 for degrees in pin)
    return f"{pin[0]:.5f}, {pin[1]:.5f}" if is_one else ""

"""The facts table of a Phoenix MLS page, as labelled texts and as common facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from lxml import html

from phx_scraper.pages.json_values import coordinates, count, number, text, without_empty
from phx_scraper.pages.phoenix_mls.markup import by_class, content

_STATUSES = {
    "active": "for_sale",
    "coming soon": "coming_soon",
    "ucb": "pending",
    "ccbs": "pending",
    "pending": "pending",
    "under contract": "pending",
    "closed": "sold",
    "sold": "sold",
    "leased": "off_market",
    "rented": "off_market",
    "cancelled": "off_market",
    "canceled": "off_market",
    "expired": "off_market",
    "withdrawn": "off_market",
    "temp off market": "off_market",
    "temporarily off market": "off_market",
    "off market": "off_market",
}
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_PARCEL = re.compile(r"(\d{1,3})([A-Z]?)")


def labels(tree: html.HtmlElement) -> dict[str, str]:
    """Label -> value of the facts table, of both templates; the first of equal labels counts."""
    found: dict[str, str] = {}
    for name in ("flexmls_connect__ld_property_detail", "flexmls-detail", "detail-value"):
        for element in by_class(tree, name)[:600]:
            label, _, value = content(element, 600).partition(":")
            if _is_label(element, label) and value.strip():
                found.setdefault(label.strip(), value.strip())
    return found


def _is_label(element: html.HtmlElement, label: str) -> bool:
    """Whether the label is a separate element; a value may contain a colon too."""
    first = next(iter(element), None)
    return first is not None and content(first).rstrip(": ") == label.strip() != ""


def market_status(tree: html.HtmlElement, table: Mapping[str, str]) -> str:
    """One of the words of `Listing.status`; template 1 shows the status separately only where it is not Active."""
    shown = [content(element) for element in by_class(tree, "flexmls_connect__ld_status")[:1]]
    for word in (*shown, table.get("Status", ""), table.get("MLS Status", "")):
        plain = word.lower().removeprefix("status:").strip()
        named = next((state for start, state in _STATUSES.items() if plain.startswith(start)), None)
        if named:
            return named
    return "unknown"


def listing_date(table: Mapping[str, str]) -> str | None:
    """The `List Date` (month/day/year) as an ISO day."""
    match = _US_DATE.match(table.get("List Date", ""))
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[1]), int(match[2])).isoformat()
    except ValueError:
        return None


def parcel(table: Mapping[str, str]) -> str:
    """The APN: one number, or separate book, map and parcel (3-2-3 with a letter); empty where a part is missing."""
    whole = text(table.get("Assessor Number"))
    if whole:
        return whole
    book, sheet, last = (table.get(f"Assessor's {part} #", "") for part in ("Book", "Map", "Parcel"))
    match = _PARCEL.fullmatch(last.upper())
    if not (book.isdigit() and sheet.isdigit() and match):
        return ""
    return f"{book.zfill(3)}{sheet.zfill(2)}{match[1].zfill(3)}{match[2]}"


def facts(tree: html.HtmlElement, table: Mapping[str, str]) -> dict[str, Any]:
    """Price in dollars, areas in square feet, coordinates in degrees; absent where the page has no value."""

    def value(*names: str) -> float | None:
        return next((found for found in (number(table.get(name)) for name in names) if found is not None), None)

    common = {
        "price": value("Current Price", "List Price"),
        "beds": value("# Bedrooms", "Bedrooms"),
        "baths": value("Total Bathrooms", "Baths"),
        "area_sqft": value("Approx SQFT", "Square Footage"),
        "lot_sqft": value("Approx Lot SqFt", "Lot Size (sq. ft.)"),
        "year_built": count(table.get("Year Built")),
    }
    return without_empty(common) | (coordinates(table.get("Geo Lat"), table.get("Geo Lon")) or _on_map(tree))


def _on_map(tree: html.HtmlElement) -> dict[str, float]:
    canvas = tree.get_element_by_id("flexmls_connect__map_canvas", None)
    return coordinates(canvas.get("latitude"), canvas.get("longitude")) if canvas is not None else {}

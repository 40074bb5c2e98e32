"""The facts of a home on a Redfin page: everything except its pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.json_values import coordinates, count, mapping, number, objects, text, value_at, without_empty
from phx_scraper.pages.redfin.photos import number_in
from phx_scraper.pages.redfin.state import ABOVE, BELOW, INITIAL, MAIN, Payloads, first

_STATUSES = {
    "active": "for_sale",
    "forsale": "for_sale",
    "new": "for_sale",
    "comingsoon": "coming_soon",
    "activeundercontract": "pending",
    "undercontract": "pending",
    "contingent": "pending",
    "pending": "pending",
    "sold": "sold",
    "closed": "sold",
    "recentlysold": "sold",
    "forrent": "for_rent",
    "offmarket": "off_market",
}
_SEARCH_STATUSES = {1: "for_sale", 2: "pending", 4: "off_market"}
_NOT_LETTER = re.compile(r"[^a-z]")
_MLS_IN_TITLE = re.compile(r"MLS#\s*([A-Za-z0-9-]{4,30})")


def section(payloads: Payloads) -> Mapping[str, Any]:
    """`addressSectionInfo`, which holds most facts; raises NotUnderstood by that name."""
    found = value_at(payloads.get(ABOVE), "addressSectionInfo")
    if not isinstance(found, dict):
        raise NotUnderstood("addressSectionInfo")
    return found


def address(about: Mapping[str, Any]) -> str:
    """The home's address on one line; raises NotUnderstood(`address`)."""
    parts = mapping(about.get("streetAddress"))
    street, unit = text(parts.get("assembledAddress")), text(parts.get("unitValue"))
    city, place = text(about.get("city")), f"{text(about.get('state'))} {text(about.get('zip'))}".strip()
    if not street or not (city or place):
        raise NotUnderstood("address")
    if unit and not street.upper().endswith(unit.upper()):
        street = f"{street} {text(parts.get('unitType')) or 'Unit'} {unit}"
    return ", ".join(filter(None, (street, city, place)))


def ids(payloads: Payloads, page_title: str) -> dict[str, str]:
    """`property_id`, `listing_id`, `mls` and `apn`, as far as the page has them."""
    about = section(payloads)
    mls = (
        first(payloads, (INITIAL, "mlsId"))
        or text(value_at(payloads.get(MAIN), "mainHouseInfo", "mlsId"))
        or mls_in_title(page_title)
        # The cover photo is stated separately from the gallery.
        or number_in(about.get("primaryPhotoUrl"))
    )
    return without_empty(
        {
            "property_id": first(payloads, (INITIAL, "propertyId")) or _property_id(text(about.get("url"), 500)),
            "listing_id": first(payloads, (INITIAL, "listingId")),
            "mls": mls,
            "apn": text(about.get("apn")),
        }
    )


def mls_in_title(page_title: str) -> str:
    """The MLS number in the title of a home page, empty where it has none."""
    titled = _MLS_IN_TITLE.search(page_title)
    return titled[1] if titled else ""


def _property_id(path: str) -> str:
    match = re.search(r"/home/(\d{1,18})/?$", path)
    return match[1] if match else ""


def data_source(payloads: Payloads) -> str:
    """The number of the MLS that the listing is in, 86 for Phoenix; empty where the page does not say."""
    own = value_at(payloads.get(ABOVE), "mediaBrowserInfo", "dataSourceId")
    return first(payloads, (INITIAL, "dataSourceId")) or text(own)


def market_status(payloads: Payloads) -> str:
    """One of the words of `Listing.status`."""
    about = section(payloads)
    own = mapping(about.get("status"))
    words = (own.get("longerDefinitionToken"), own.get("displayValue"), about.get("homeStatusLabel"))
    named = (_STATUSES.get(_NOT_LETTER.sub("", text(word).lower())) for word in words)
    sold = "sold" if first(payloads, (INITIAL, "riftPageType")) == "sdp" else None
    searched = _SEARCH_STATUSES.get(count(about.get("searchStatus")) or 0)
    return next(filter(None, (*named, sold, searched)), "unknown")


def listing_date(payloads: Payloads, mls: str, state: str, today: date) -> str | None:
    """ISO day of the newest `Listed` event of this MLS number, else `today` less the time on Redfin.

    Events and times are milliseconds; the day is the UTC one, since Redfin's whole days are midnights of US zones.
    """
    events = objects(value_at(payloads.get(BELOW), "propertyHistoryInfo", "events"))
    listed = [
        _day(event.get("eventDate"))
        for event in events
        if event.get("eventDescription") == "Listed" and mls and text(event.get("sourceId")) == mls
    ]
    return max(filter(None, listed), default=None) or _by_age(section(payloads), state, today)


def _by_age(about: Mapping[str, Any], state: str, today: date) -> str | None:
    age = number(about.get("timeOnRedfin"))
    if age is None or not 0 <= age <= 36_500 * 86_400_000 or state in ("sold", "off_market", "unknown"):
        return None
    return (today - timedelta(milliseconds=age)).isoformat()


def _day(milliseconds: Any) -> str | None:
    moment = number(milliseconds)
    if moment is None or not 0 < moment < 4e12:
        return None
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()


def facts(payloads: Payloads) -> dict[str, Any]:
    """Price in dollars, areas in square feet, coordinates in degrees; absent where the page has no value."""
    about = section(payloads)
    price = value_at(about, "latestPriceInfo", "amount") or value_at(about, "priceInfo", "amount")
    found = {
        "price": number(price),
        "beds": number(about.get("beds")),
        "baths": number(about.get("baths")),
        "area_sqft": number(value_at(about, "sqFt", "value")),
        "lot_sqft": number(about.get("lotSize")),
        "year_built": count(about.get("yearBuilt")),
        "data_source": data_source(payloads),
    }
    place = mapping(about.get("latLong")) or mapping(value_at(payloads.get(INITIAL), "latLong"))
    return without_empty(found) | coordinates(place.get("latitude"), place.get("longitude"))

"""The facts of a home in a Zillow `property`: everything except its pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.json_values import (
    coordinates,
    count,
    iso_date,
    mapping,
    number,
    objects,
    text,
    value_at,
    without_empty,
)
from phx_scraper.pages.photo_urls import adjusted_claim

_STATUSES = {
    "FORSALE": "for_sale",
    "PENDING": "pending",
    "CONTINGENT": "pending",
    "UNDERCONTRACT": "pending",
    "ACCEPTINGBACKUPOFFERS": "pending",
    "RECENTLYSOLD": "sold",
    "SOLD": "sold",
    "FORRENT": "for_rent",
    "COMINGSOON": "coming_soon",
    "OTHER": "off_market",
    "OFFMARKET": "off_market",
    "NOTFORSALE": "off_market",
    "PREFORECLOSURE": "off_market",
    "FORECLOSED": "off_market",
}
_SUB_TYPES = {"is_comingSoon": "coming_soon", "is_pending": "pending"}
_MLS_IN_TITLE = re.compile(r"MLS\s*#\s*([A-Za-z0-9-]{4,20})")
_QUERIES = {"NotForSale": "off_market", "ForRent": "for_rent"}
_LISTED = {"for_rent": "listed for rent"}


def address(home: Mapping[str, Any]) -> str:
    """The home's address on one line; raises NotUnderstood(`address`)."""

    def part(name: str) -> str:
        return text(value_at(home, "address", name)) or text(home.get(name))

    street, city, state = part("streetAddress"), part("city"), part("state")
    if not street or not (city or part("zipcode")):
        raise NotUnderstood("address")
    return ", ".join(filter(None, (street, city, f"{state} {part('zipcode')}".strip())))


def ids(home: Mapping[str, Any], page_title: str) -> dict[str, str]:
    """`zpid`, and `mls` and `apn` where the page has them; the MLS number may be in any of three places."""
    named = _MLS_IN_TITLE.search(page_title)
    mls = text(home.get("mlsid")) or text(value_at(home, "attributionInfo", "mlsId")) or (named[1] if named else "")
    apn = text(home.get("parcelId")) or text(value_at(home, "resoFacts", "parcelNumber"))
    return without_empty({"zpid": text(home.get("zpid")), "mls": mls.lstrip("# "), "apn": apn})


def market_status(home: Mapping[str, Any], query: str) -> str:
    """One of the words of `Listing.status`; the last source is `query`, the name of the cache entry."""
    words = [home.get("homeStatus"), home.get("keystoneHomeStatus"), home.get("hdpTypeDimension")]
    found = [status_of_word(word) for word in words]
    # OTHER is not precise: the two later fields may show whether a home was sold or never listed.
    precise = next((state for state in found if state not in ("unknown", "off_market")), None)
    state = precise or next((state for state in found if state != "unknown"), _of_query(query))
    return _refined(home) if state == "for_sale" else state


def status_of_word(word: Any) -> str:
    """`FOR_SALE`, `ForSale` and similar values as a word of `Listing.status`, `unknown` for any other value."""
    return _STATUSES.get(text(word).replace("_", "").upper(), "unknown")


def _refined(home: Mapping[str, Any]) -> str:
    flags = mapping(home.get("listing_sub_type"))
    return next((state for name, state in _SUB_TYPES.items() if flags.get(name) is True), "for_sale")


def _of_query(query: str) -> str:
    return next((state for start, state in _QUERIES.items() if query.startswith(start)), "unknown")


def listing_date(home: Mapping[str, Any], state: str, today: date) -> str | None:
    """ISO day of the listing: as posted, else the newest "Listed" of the price history, else `today` minus its age."""
    event = _LISTED.get(state, "listed for sale")
    listed = [
        iso_date(entry.get("date"))
        for entry in objects(home.get("priceHistory"))
        if text(entry.get("event")).lower() == event
    ]
    posted = iso_date(home.get("datePostedString"))
    return posted or max(filter(None, listed), default=None) or _by_age(home, state, today)


def _by_age(home: Mapping[str, Any], state: str, today: date) -> str | None:
    """Only for homes on the market: for others the days count something else, and they restart with a relisting."""
    days = count(home.get("daysOnZillow"))
    if days is None or days > 36_500 or state in ("off_market", "sold", "unknown"):
        return None
    return (today - timedelta(days=days)).isoformat()


def facts(home: Mapping[str, Any]) -> dict[str, Any]:
    """Price in dollars, areas in square feet, coordinates in degrees; absent where the page has no value."""
    found = {
        "price": number(home.get("price")),
        "beds": number(home.get("bedrooms")),
        "baths": number(home.get("bathrooms")),
        "area_sqft": number(home.get("livingArea")),
        "year_built": count(home.get("yearBuilt")),
        "home_type": text(home.get("homeType"), 40).lower(),
        "mls_name": text(value_at(home, "attributionInfo", "mlsName"), 80),
    }
    return without_empty(found) | coordinates(home.get("latitude"), home.get("longitude"))


def claimed(home: Mapping[str, Any], found: int, without_photo: int) -> int | None:
    """The number of photos that the page states, None where it states none.

    `found` photos were read, and `without_photo` entries add none; see `adjusted_claim`.
    """
    stated = count(home.get("photoCount"))
    if stated is None:
        return 0 if without_photo and not found else None
    return adjusted_claim(stated, found, without_photo)

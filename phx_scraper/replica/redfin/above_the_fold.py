"""The answers that hold who the home is and its gallery: `initialInfo`, `aboveTheFold`, `mainHouseInfoPanelInfo`."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.redfin.foreign_photos import planted
from phx_scraper.replica.redfin.photos import entry, photo_url
from phx_scraper.replica.redfin.presented import ARMLS, Shown
from phx_scraper.replica.redfin.timestamps import DAY, midnight
from phx_scraper.replica.redfin.urls import home_path, street_of

# fate -> (displayValue, longerDefinitionToken, searchStatus, pageType, homeStatusLabel)
_STATES = {
    "redfin_sold": ("Closed", "sold", 4, 3, "Sold"),
    "redfin_contract": ("Active Under Contract", "under-contract", 2, 5, "Under Contract"),
    "redfin_off_market": ("", "", 4, 3, "Off Market"),
}
_ACTIVE = ("Active", "active", 1, 1, "For Sale")
_SASHES = {"redfin_sold": "Sold", "redfin_contract": "Under Contract", "redfin_off_market": "Off Market"}


def initial_info(shown: Shown) -> dict[str, Any]:
    """The payload of `initialInfo`."""
    _, _, _, page_type, _ = _STATES.get(shown.fate, _ACTIVE)
    listed = shown.fate != "redfin_off_market"
    known = {"mlsId": shown.world.mls, "listingId": shown.listing_id, "dataSourceId": ARMLS} if listed else {}
    return {
        "responseCode": 200,
        "marketId": 19,
        "marketName": "phoenix",
        "propertyId": shown.property_id,
        "pageType": page_type,
        "riftPageType": "sdp" if shown.fate in ("redfin_sold", "redfin_off_market") else "ldp",
        "latLong": _place(shown),
        "preloadImageUrls": [photo_url(shown.photos[0], "mbpaddedwide")] if shown.photos else [],
        "listingAccessLevel": 1,
    } | known


def above_the_fold(shown: Shown, options: Options) -> dict[str, Any]:
    """The payload of `aboveTheFold`: the only place of the listing's own gallery."""
    return {"addressSectionInfo": _section(shown), "mediaBrowserInfo": _media(shown, options)}


def main_house(shown: Shown) -> dict[str, Any]:
    """The payload of `mainHouseInfoPanelInfo`."""
    world = shown.world
    return {
        "mainHouseInfo": {
            "listingId": shown.listing_id,
            "mlsId": world.mls,
            "source": {"dataSourceId": ARMLS, "dataSourceName": "ARMLS"},
            "listingAgents": [{"agentInfo": {"agentName": world.agent}, "brokerName": world.office}],
            "remarks": f"A demonstration home of {world.year} with {world.beds} bedrooms.",
        }
    }


def _place(shown: Shown) -> dict[str, float]:
    return {"latitude": shown.seen.latitude, "longitude": shown.seen.longitude}


def _section(shown: Shown) -> dict[str, Any]:
    world, address = shown.world, shown.seen.address
    display, token, search, _, label = _STATES.get(shown.fate, _ACTIVE)
    price = {"amount": world.price, "label": "Price", "displayLevel": 1, "dataSourceId": ARMLS}
    section: dict[str, Any] = {
        "latestPriceInfo": price,
        "sqFt": {"displayLevel": 1, "value": world.sqft},
        "pricePerSqFt": world.price // world.sqft,
        "streetAddress": _street(shown),
        "latLong": _place(shown),
        "beds": world.beds,
        "baths": world.baths,
        "yearBuilt": world.year,
        "lotSize": world.lot_sqft,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "countryCode": "US",
        # The last sale, which active homes have too.
        "soldDate": midnight(world.sold),
        "apn": world.apn.replace("-", ""),
        "timeOnRedfin": world.days_listed * DAY + 3_600_000,
        "cumulativeDaysOnMarket": world.days_listed,
        "searchStatus": search,
        "homeStatusLabel": label,
        "propertyType": 6,
        "url": home_path(shown.seen, shown.property_id),
    }
    if display:
        section["status"] = {"displayValue": display, "longerDefinitionToken": token, "definition": ""}
    if shown.photos:
        section["primaryPhotoUrl"] = photo_url(shown.photos[0])
    return section


def _street(shown: Shown) -> dict[str, Any]:
    address = shown.seen.address
    return {
        "streetNumber": address.number,
        "directionalPrefix": address.direction,
        "streetName": address.name,
        "streetType": address.type,
        "directionalSuffix": address.post_direction,
        "unitType": "Unit" if address.unit else "",
        "unitValue": address.unit,
        "assembledAddress": f"{street_of(address)} Unit {address.unit}" if address.unit else street_of(address),
        "includeStreetNumber": True,
    }


def _media(shown: Shown, options: Options) -> dict[str, Any]:
    street = shown.seen.street
    media: dict[str, Any] = {
        "scans": [],
        "videos": [],
        "sashes": [{"sashTypeName": _SASHES[shown.fate]}] if shown.fate in _SASHES else [],
        "streetView": {"latLong": _place(shown), "streetViewUrl": "https://maps.googleapis.com/maps/api/streetview?x"},
        "altTextForImage": shown.seen.text,
        "dataSourceId": ARMLS,
        "assembledAddress": street,
        "previousListingPhotosCount": 0,
        "displayType": 1,
    }
    if shown.fate == "redfin_off_market":
        return media
    photos = [entry(photo) for photo in shown.photos]
    foreign = planted(shown, options)
    if foreign:
        photos.insert(foreign[0], entry(foreign[1]))
    return {"photos": photos} | media

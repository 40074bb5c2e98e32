"""API payloads with the home's identity and gallery: `initialInfo`, `aboveTheFold`, `mainHouseInfoPanelInfo`."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.redfin.foreign_photos import foreign_photo
from phx_scraper.replica.redfin.photos import entry, photo_url
from phx_scraper.replica.redfin.presented import ARMLS, PresentedHome
from phx_scraper.replica.redfin.timestamps import DAY, midnight
from phx_scraper.replica.redfin.urls import home_path, street_of

# ending -> (displayValue, longerDefinitionToken, searchStatus, pageType, homeStatusLabel)
_STATES = {
    "redfin_sold": ("Closed", "sold", 4, 3, "Sold"),
    "redfin_contract": ("Active Under Contract", "under-contract", 2, 5, "Under Contract"),
    "redfin_off_market": ("", "", 4, 3, "Off Market"),
}
_ACTIVE = ("Active", "active", 1, 1, "For Sale")
_SASHES = {"redfin_sold": "Sold", "redfin_contract": "Under Contract", "redfin_off_market": "Off Market"}


def initial_info(presented: PresentedHome) -> dict[str, Any]:
    """The payload of `initialInfo`."""
    _, _, _, page_type, _ = _STATES.get(presented.ending, _ACTIVE)
    listed = presented.ending != "redfin_off_market"
    known = {"mlsId": presented.home.mls, "listingId": presented.listing_id, "dataSourceId": ARMLS} if listed else {}
    return {
        "responseCode": 200,
        "marketId": 19,
        "marketName": "phoenix",
        "propertyId": presented.property_id,
        "pageType": page_type,
        "riftPageType": "sdp" if presented.ending in ("redfin_sold", "redfin_off_market") else "ldp",
        "latLong": _place(presented),
        "preloadImageUrls": [photo_url(presented.photos[0], "mbpaddedwide")] if presented.photos else [],
        "listingAccessLevel": 1,
    } | known


def above_the_fold(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The payload of `aboveTheFold`: the only one with the listing's own gallery."""
    return {"addressSectionInfo": _section(presented), "mediaBrowserInfo": _media(presented, options)}


def main_house(presented: PresentedHome) -> dict[str, Any]:
    """The payload of `mainHouseInfoPanelInfo`."""
    home = presented.home
    return {
        "mainHouseInfo": {
            "listingId": presented.listing_id,
            "mlsId": home.mls,
            "source": {"dataSourceId": ARMLS, "dataSourceName": "ARMLS"},
            "listingAgents": [{"agentInfo": {"agentName": home.agent}, "brokerName": home.office}],
            "remarks": f"A demonstration home of {home.year} with {home.beds} bedrooms.",
        }
    }


def _place(presented: PresentedHome) -> dict[str, float]:
    return {"latitude": presented.stated.latitude, "longitude": presented.stated.longitude}


def _section(presented: PresentedHome) -> dict[str, Any]:
    home, address = presented.home, presented.stated.address
    display, token, search, _, label = _STATES.get(presented.ending, _ACTIVE)
    price = {"amount": home.price, "label": "Price", "displayLevel": 1, "dataSourceId": ARMLS}
    section: dict[str, Any] = {
        "latestPriceInfo": price,
        "sqFt": {"displayLevel": 1, "value": home.sqft},
        "pricePerSqFt": home.price // home.sqft,
        "streetAddress": _street(presented),
        "latLong": _place(presented),
        "beds": home.beds,
        "baths": home.baths,
        "yearBuilt": home.year,
        "lotSize": home.lot_sqft,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "countryCode": "US",
        # The last sale, which active homes have too.
        "soldDate": midnight(home.sold),
        "apn": home.apn.replace("-", ""),
        "timeOnRedfin": home.days_on_market * DAY + 3_600_000,
        "cumulativeDaysOnMarket": home.days_on_market,
        "searchStatus": search,
        "homeStatusLabel": label,
        "propertyType": 6,
        "url": home_path(presented.stated, presented.property_id),
    }
    if display:
        section["status"] = {"displayValue": display, "longerDefinitionToken": token, "definition": ""}
    if presented.photos:
        section["primaryPhotoUrl"] = photo_url(presented.photos[0])
    return section


def _street(presented: PresentedHome) -> dict[str, Any]:
    address = presented.stated.address
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


def _media(presented: PresentedHome, options: Options) -> dict[str, Any]:
    street = presented.stated.street
    media: dict[str, Any] = {
        "scans": [],
        "videos": [],
        "sashes": [{"sashTypeName": _SASHES[presented.ending]}] if presented.ending in _SASHES else [],
        "streetView": {
            "latLong": _place(presented),
            "streetViewUrl": "https://maps.googleapis.com/maps/api/streetview?x",
        },
        "altTextForImage": presented.stated.text,
        "dataSourceId": ARMLS,
        "assembledAddress": street,
        "previousListingPhotosCount": 0,
        "displayType": 1,
    }
    if presented.ending == "redfin_off_market":
        return media
    photos = [entry(photo) for photo in presented.photos]
    foreign = foreign_photo(presented, options)
    if foreign:
        photos.insert(foreign[0], entry(foreign[1]))
    return {"photos": photos} | media

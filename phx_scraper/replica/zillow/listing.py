"""The property object: what `gdpClientCache` holds of one home."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.property import TODAY
from phx_scraper.replica.zillow import unrelated_images
from phx_scraper.replica.zillow.gallery import ShownPhoto
from phx_scraper.replica.zillow.page_facts import facts_block, region_block
from phx_scraper.replica.zillow.photos import photo_arrays
from phx_scraper.replica.zillow.presented import Shown
from phx_scraper.replica.zillow.street_view import street_view
from phx_scraper.replica.zillow.urls import detail_path

# fate -> (homeStatus, hdpTypeDimension)
_STATUS = {
    "sold": ("RECENTLY_SOLD", "RecentlySold"),
    "pending": ("PENDING", "Pending"),
    "rental": ("FOR_RENT", "ForRent"),
    "coming_soon": ("COMING_SOON", "ComingSoon"),
    "off_market": ("OTHER", "NonListed"),
    "street_view_only": ("OTHER", "Zestimate"),
}
_MLS_NAME = "Arizona Regional MLS"


def listing(shown: Shown, options: Options) -> dict[str, Any]:
    """The whole property, photos and decoys included."""
    return (
        identity(shown)
        | _home_facts(shown)
        | _dates(shown)
        | _agents(shown)
        | unrelated_images.single_images(shown, options)
        | {
            "photoCount": 1 if shown.fate == "street_view_only" else shown.claimed,
            "nearbyHomes": unrelated_images.other_homes(shown, "nearby", 6, options),
            "comps": unrelated_images.other_homes(shown, "comps", 6, options),
            "homeValuation": unrelated_images.comparables(shown, options),
            "resoFacts": facts_block(shown),
        }
        | region_block(shown)
        | (photo_arrays(_entries(shown), options.width, shown.dice("arrays")) if shown.photos else _no_arrays(shown))
    )


def _entries(shown: Shown) -> tuple[ShownPhoto, ...]:
    """The gallery's entries: on some homes one picture stands there twice, the second time further on."""
    photos = shown.photos
    if "repeated_entry" not in shown.marks or len(photos) < 2:
        return photos
    dice = shown.dice("repeated")
    place = dice.between(0, len(photos) - 1)
    again = dice.between(place + 1, len(photos))
    return (*photos[:again], photos[place], *photos[again:])


def _no_arrays(shown: Shown) -> dict[str, Any]:
    if shown.fate == "street_view_only":
        return street_view(shown)
    return shown.dice("bare").pick(
        ({"responsivePhotos": [], "photos": []}, {}, {"responsivePhotos": [], "originalPhotos": []})
    )


def identity(shown: Shown) -> dict[str, Any]:
    """Who the home is: zpid, address both ways, MLS number."""
    world = shown.world
    status, dimension = _STATUS.get(shown.fate, ("FOR_SALE", "ForSale"))
    mls = None if shown.fate in ("off_market", "street_view_only", "rental") else world.mls
    return {
        "zpid": shown.zpid,
        "address": unrelated_images.address_block(world)
        | {"neighborhood": None, "community": None, "subdivision": None},
        "streetAddress": world.street,
        "city": world.address.city,
        "state": world.address.state,
        "zipcode": world.address.zip,
        "homeStatus": status,
        "hdpTypeDimension": dimension,
        "keystoneHomeStatus": dimension,
        "hdpUrl": detail_path(world.text, shown.zpid),
        "mlsid": mls,
        "attributionInfo": {
            "mlsId": mls,
            "mlsName": _MLS_NAME if mls else None,
            "agentName": world.agent if mls else None,
            "brokerName": world.office if mls else None,
            "providerLogo": unrelated_images.odd_photo(shown, "logo", "zillow_web_95_35") if mls else None,
            "infoString3": unrelated_images.odd_photo(shown, "logo", "zillow_web_95_35") if mls else None,
        },
    }


def _home_facts(shown: Shown) -> dict[str, Any]:
    world = shown.world
    rent = world.sqft * 2
    return {
        "bedrooms": world.beds,
        "bathrooms": world.baths,
        "price": rent if shown.fate == "rental" else world.price,
        "livingArea": world.sqft,
        "livingAreaValue": world.sqft,
        "livingAreaUnits": "Square Feet",
        "lotSize": world.lot_sqft,
        "yearBuilt": world.year,
        "parcelId": world.apn.replace("-", ""),
        "latitude": world.latitude,
        "longitude": world.longitude,
        "homeType": "SINGLE_FAMILY",
        "country": "USA",
        "county": "Maricopa County",
        "currency": "USD",
        "description": f"A demonstration home of {world.year}: {world.beds} bedrooms, {world.sqft} square feet.",
    }


def _dates(shown: Shown) -> dict[str, Any]:
    """One of the ways in which pages tell the listing date; the last has nothing but days."""
    world, dice = shown.world, shown.dice("dates")
    days = world.days_listed
    told: dict[str, Any] = {
        "daysOnZillow": days,
        "timeOnZillow": f"{days} days",
        "dateSoldString": world.sold.isoformat(),
    }
    way = dice.pick(("posted", "posted", "history", "history", "relisted", "days"))
    if way == "days":
        return {"daysOnZillow": days, "timeOnZillow": f"{days} days"}
    if way == "posted":
        told["datePostedString"] = world.listed.isoformat()
    if way == "relisted":
        told["daysOnZillow"] = min(days, 1)
    return told | {"priceHistory": _history(shown, way == "relisted")}


def _history(shown: Shown, relisted: bool) -> list[dict[str, Any]]:
    world = shown.world
    events = [(world.listed, "Listed for rent" if shown.fate == "rental" else "Listed for sale", world.price)]
    if shown.fate == "sold":
        events.append((min(TODAY, world.listed + timedelta(days=30)), "Sold", world.price))
    if shown.fate == "pending":
        events.append((min(TODAY, world.listed + timedelta(days=9)), "Pending sale", world.price))
    if relisted:
        events.append((world.listed - timedelta(days=90), "Listing removed", world.price))
        events.append((world.listed - timedelta(days=200), "Listed for sale", world.price + 20_000))
    events.append((world.sold, "Sold", world.sold_price))
    events.sort(key=lambda event: event[0], reverse=True)
    return [_event(shown, when, event, price) for when, event, price in events]


def _event(shown: Shown, when: date, event: str, price: int) -> dict[str, Any]:
    portrait = unrelated_images.odd_photo(shown, "portrait", "h_n", "seller", when)
    return {
        "date": when.isoformat(),
        "event": event,
        "price": price,
        "pricePerSquareFoot": price // shown.world.sqft,
        "source": _MLS_NAME,
        "buyerAgent": None,
        "sellerAgent": {"name": shown.world.agent, "photo": {"url": portrait}},
        "attributeSource": {
            "infoString1": shown.world.mls,
            "infoString2": _MLS_NAME,
            "infoString3": unrelated_images.odd_photo(shown, "logo", "zillow_web_logo_inf_11"),
        },
    }


def _agents(shown: Shown) -> dict[str, Any]:
    portraits = [unrelated_images.odd_photo(shown, "portrait", "h_n", place) for place in range(3)]
    old = f"https://photos.zillowstatic.com/h_n/IS{shown.dice('agent').hex(12)}0000000000.jpg"
    faces = [
        {"display_name": f"{shown.world.agent}-{place}", "image_data": {"url": url}}
        for place, url in enumerate(portraits)
    ]
    return {
        "brokerageName": shown.world.office,
        "contactFormRenderData": {
            "data": {
                "agent_module": {"image_data": {"url": old}, "badge_type": "Listing Agent"},
                "displayed_agents": faces,
                "contact_recipients": faces[:1],
            }
        },
    }

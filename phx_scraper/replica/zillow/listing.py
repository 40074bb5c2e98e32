"""The property object: what `gdpClientCache` holds of one home."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from phx_scraper.replica.options import Options
from phx_scraper.replica.property import TODAY
from phx_scraper.replica.zillow import unrelated_images
from phx_scraper.replica.zillow.gallery import ZillowPhoto
from phx_scraper.replica.zillow.page_facts import facts_block, region_block
from phx_scraper.replica.zillow.photos import photo_arrays
from phx_scraper.replica.zillow.presented import PresentedHome
from phx_scraper.replica.zillow.street_view import street_view
from phx_scraper.replica.zillow.urls import detail_path

# ending -> (homeStatus, hdpTypeDimension)
_STATUS = {
    "sold": ("RECENTLY_SOLD", "RecentlySold"),
    "pending": ("PENDING", "Pending"),
    "rental": ("FOR_RENT", "ForRent"),
    "coming_soon": ("COMING_SOON", "ComingSoon"),
    "off_market": ("OTHER", "NonListed"),
    "street_view_only": ("OTHER", "Zestimate"),
}
_MLS_NAME = "Arizona Regional MLS"


def listing(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The whole property, photos and unrelated images included."""
    return (
        identity(presented)
        | _home_facts(presented)
        | _dates(presented)
        | _agents(presented)
        | unrelated_images.single_images(presented, options)
        | {
            "photoCount": 1 if presented.ending == "street_view_only" else presented.claimed,
            "nearbyHomes": unrelated_images.other_homes(presented, "nearby", 6, options),
            "comps": unrelated_images.other_homes(presented, "comps", 6, options),
            "homeValuation": unrelated_images.comparables(presented, options),
            "resoFacts": facts_block(presented),
        }
        | region_block(presented)
        | (
            photo_arrays(_entries(presented), options.width, presented.rng("arrays"))
            if presented.photos
            else _no_arrays(presented)
        )
    )


def _entries(presented: PresentedHome) -> tuple[ZillowPhoto, ...]:
    """The gallery's entries: on some homes one picture is listed twice, the second time later."""
    photos = presented.photos
    if "repeated_entry" not in presented.variations or len(photos) < 2:
        return photos
    rng = presented.rng("repeated")
    place = rng.between(0, len(photos) - 1)
    again = rng.between(place + 1, len(photos))
    return (*photos[:again], photos[place], *photos[again:])


def _no_arrays(presented: PresentedHome) -> dict[str, Any]:
    if presented.ending == "street_view_only":
        return street_view(presented)
    return presented.rng("bare").pick(
        ({"responsivePhotos": [], "photos": []}, {}, {"responsivePhotos": [], "originalPhotos": []})
    )


def identity(presented: PresentedHome) -> dict[str, Any]:
    """The home's identity: zpid, address in both forms, MLS number."""
    home = presented.home
    status, dimension = _STATUS.get(presented.ending, ("FOR_SALE", "ForSale"))
    mls = None if presented.ending in ("off_market", "street_view_only", "rental") else home.mls
    return {
        "zpid": presented.zpid,
        "address": unrelated_images.address_block(home)
        | {"neighborhood": None, "community": None, "subdivision": None},
        "streetAddress": home.street,
        "city": home.address.city,
        "state": home.address.state,
        "zipcode": home.address.zip,
        "homeStatus": status,
        "hdpTypeDimension": dimension,
        "keystoneHomeStatus": dimension,
        "hdpUrl": detail_path(home.text, presented.zpid),
        "mlsid": mls,
        "attributionInfo": {
            "mlsId": mls,
            "mlsName": _MLS_NAME if mls else None,
            "agentName": home.agent if mls else None,
            "brokerName": home.office if mls else None,
            "providerLogo": unrelated_images.unrelated_image(presented, "logo", "zillow_web_95_35") if mls else None,
            "infoString3": unrelated_images.unrelated_image(presented, "logo", "zillow_web_95_35") if mls else None,
        },
    }


def _home_facts(presented: PresentedHome) -> dict[str, Any]:
    home = presented.home
    rent = home.sqft * 2
    return {
        "bedrooms": home.beds,
        "bathrooms": home.baths,
        "price": rent if presented.ending == "rental" else home.price,
        "livingArea": home.sqft,
        "livingAreaValue": home.sqft,
        "livingAreaUnits": "Square Feet",
        "lotSize": home.lot_sqft,
        "yearBuilt": home.year,
        "parcelId": home.apn.replace("-", ""),
        "latitude": home.latitude,
        "longitude": home.longitude,
        "homeType": "SINGLE_FAMILY",
        "country": "USA",
        "county": "Maricopa County",
        "currency": "USD",
        "description": f"A demonstration home of {home.year}: {home.beds} bedrooms, {home.sqft} square feet.",
    }


def _dates(presented: PresentedHome) -> dict[str, Any]:
    """One of the forms in which pages state the listing date; the last has only the number of days."""
    home, rng = presented.home, presented.rng("dates")
    days = home.days_on_market
    dates: dict[str, Any] = {
        "daysOnZillow": days,
        "timeOnZillow": f"{days} days",
        "dateSoldString": home.sold.isoformat(),
    }
    form = rng.pick(("posted", "posted", "history", "history", "relisted", "days"))
    if form == "days":
        return {"daysOnZillow": days, "timeOnZillow": f"{days} days"}
    if form == "posted":
        dates["datePostedString"] = home.listed.isoformat()
    if form == "relisted":
        dates["daysOnZillow"] = min(days, 1)
    return dates | {"priceHistory": _history(presented, form == "relisted")}


def _history(presented: PresentedHome, relisted: bool) -> list[dict[str, Any]]:
    home = presented.home
    events = [(home.listed, "Listed for rent" if presented.ending == "rental" else "Listed for sale", home.price)]
    if presented.ending == "sold":
        events.append((min(TODAY, home.listed + timedelta(days=30)), "Sold", home.price))
    if presented.ending == "pending":
        events.append((min(TODAY, home.listed + timedelta(days=9)), "Pending sale", home.price))
    if relisted:
        events.append((home.listed - timedelta(days=90), "Listing removed", home.price))
        events.append((home.listed - timedelta(days=200), "Listed for sale", home.price + 20_000))
    events.append((home.sold, "Sold", home.sold_price))
    events.sort(key=lambda event: event[0], reverse=True)
    return [_event(presented, when, event, price) for when, event, price in events]


def _event(presented: PresentedHome, when: date, event: str, price: int) -> dict[str, Any]:
    portrait = unrelated_images.unrelated_image(presented, "portrait", "h_n", "seller", when)
    return {
        "date": when.isoformat(),
        "event": event,
        "price": price,
        "pricePerSquareFoot": price // presented.home.sqft,
        "source": _MLS_NAME,
        "buyerAgent": None,
        "sellerAgent": {"name": presented.home.agent, "photo": {"url": portrait}},
        "attributeSource": {
            "infoString1": presented.home.mls,
            "infoString2": _MLS_NAME,
            "infoString3": unrelated_images.unrelated_image(presented, "logo", "zillow_web_logo_inf_11"),
        },
    }


def _agents(presented: PresentedHome) -> dict[str, Any]:
    portraits = [unrelated_images.unrelated_image(presented, "portrait", "h_n", place) for place in range(3)]
    old = f"https://photos.zillowstatic.com/h_n/IS{presented.rng('agent').hex(12)}0000000000.jpg"
    faces = [
        {"display_name": f"{presented.home.agent}-{place}", "image_data": {"url": url}}
        for place, url in enumerate(portraits)
    ]
    return {
        "brokerageName": presented.home.office,
        "contactFormRenderData": {
            "data": {
                "agent_module": {"image_data": {"url": old}, "badge_type": "Listing Agent"},
                "displayed_agents": faces,
                "contact_recipients": faces[:1],
            }
        },
    }

"""Pages and answers that list many homes: zip pages with their structured data, and the homes of gis."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.redfin.page import answer, html_page
from phx_scraper.replica.redfin.presented import ARMLS, Shown, property_id_of
from phx_scraper.replica.redfin.urls import SITE, home_path, street_of
from phx_scraper.replica.seeded_random import Dice

_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_PARAMETERS = "al=1&ep=true&num_homes=350&page_number=1&region_id={}&region_type=2&start=0&tz=true&v=8"


def zip_page(zip_code: str, path: str, homes: list[str], total: int, region: dict[str, Any]) -> str:
    """One page of a zip's homes: a card and a block of structured data for each, and the region's answer as state."""
    worlds = [look_up(text, (0, 0)) for text in homes]
    cards = "".join(_card(world) for world in worlds)
    head = f"<title>{zip_code}, AZ Homes for Sale &amp; Real Estate | Redfin</title>"
    pages = "".join(f'<a href="/zipcode/{zip_code}/page-{page}">{page}</a>' for page in range(2, 1 + -(-total // 41)))
    body = (
        f'<div class="homes summary">{total} homes</div><div class="HomeCardsContainer">{cards}</div>'
        f'<div class="PageNumbers">{pages}</div>'
    )
    asked = f"/stingray/api/region?{_PARAMETERS.format(zip_code)}"
    return html_page(head + f'<link rel="canonical" href="{SITE}{escape(path)}"/>', body, {asked: answer(region)})


def _card(world: World) -> str:
    link = home_path(world, property_id_of(world.text))
    linked = json.dumps([_residence(world), _product(world)]).replace("<", "\\u003c")
    return (
        f'<div class="HomeCardContainer"><a href="{link}" title="{escape(world.text)}">'
        f'<div class="bp-Homecard__Address">{escape(world.text)}</div></a>'
        f'<script type="application/ld+json">{linked}</script></div>'
    )


def _residence(world: World) -> dict[str, Any]:
    address = world.address
    return {
        "@context": "http://schema.org",
        "@type": "SingleFamilyResidence",
        "name": world.text,
        "url": SITE + home_path(world, property_id_of(world.text)),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": world.street,
            "addressLocality": address.city,
            "addressRegion": address.state,
            "postalCode": address.zip,
            "addressCountry": "US",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": world.latitude, "longitude": world.longitude},
        "numberOfRooms": world.beds,
        "floorSize": {"@type": "QuantitativeValue", "value": world.sqft, "unitCode": "FTK"},
    }


def _product(world: World) -> dict[str, Any]:
    return {
        "@context": "http://schema.org",
        "@type": "Product",
        "name": world.text,
        "offers": {"@type": "Offer", "price": world.price, "priceCurrency": "USD"},
        "url": SITE + home_path(world, property_id_of(world.text)),
    }


def gis_home(shown: Shown) -> dict[str, Any]:
    """One home of a gis answer; the ordinal of a numbered street is left out on some."""
    world = shown.world
    address = world.address
    street = street_of(address)
    if Dice("gis street", world.text.lower()).chance(0.5):
        street = _ORDINAL.sub(r"\1", street)
    status = "Closed" if shown.fate == "redfin_sold" else "Active"
    return {
        "mlsId": {"label": "MLS#", "value": world.mls},
        "mlsStatus": status,
        "price": {"value": world.price, "level": 1},
        "streetLine": {"value": f"{street} #{address.unit}" if address.unit else street, "level": 1},
        "unitNumber": {"value": f"#{address.unit}", "level": 1} if address.unit else {"level": 1},
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "postalCode": {"value": address.zip, "level": 1},
        "propertyId": shown.property_id,
        "listingId": shown.listing_id,
        "dataSourceId": ARMLS,
        "marketId": 11,
        "businessMarketId": 9,
        "timeZone": "US/Arizona",
        "photos": {"value": f"0-{max(0, len(shown.photos) - 1)}:1", "level": 1},
        "additionalPhotosInfo": [],
        "dom": {"value": world.days_listed, "level": 1},
        "timeOnRedfin": {"value": world.days_listed * 86_400_000, "level": 1},
        "beds": world.beds,
        "baths": world.baths,
        "latLong": {"value": {"latitude": world.latitude, "longitude": world.longitude}, "level": 1},
        "url": home_path(world, shown.property_id),
    }

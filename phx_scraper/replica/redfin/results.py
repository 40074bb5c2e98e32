"""Lists of homes: zip pages with their structured data, and the entries of gis."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.redfin.page import api_response, html_page
from phx_scraper.replica.redfin.presented import ARMLS, PresentedHome, property_id_of
from phx_scraper.replica.redfin.urls import SITE, home_path, street_of
from phx_scraper.replica.seeded_random import SeededRandom

_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_PARAMETERS = "al=1&ep=true&num_homes=350&page_number=1&region_id={}&region_type=2&start=0&tz=true&v=8"


def zip_page(zip_code: str, path: str, addresses: list[str], total: int, region: dict[str, Any]) -> str:
    """One page of a zip's homes: a card and a block of structured data for each, and the region's response as state."""
    homes = [property_at(text, (0, 0)) for text in addresses]
    cards = "".join(_card(home) for home in homes)
    head = f"<title>{zip_code}, AZ Homes for Sale &amp; Real Estate | Redfin</title>"
    pages = "".join(f'<a href="/zipcode/{zip_code}/page-{page}">{page}</a>' for page in range(2, 1 + -(-total // 41)))
    body = (
        f'<div class="homes summary">{total} homes</div><div class="HomeCardsContainer">{cards}</div>'
        f'<div class="PageNumbers">{pages}</div>'
    )
    region_path = f"/stingray/api/region?{_PARAMETERS.format(zip_code)}"
    return html_page(
        head + f'<link rel="canonical" href="{SITE}{escape(path)}"/>', body, {region_path: api_response(region)}
    )


def _card(home: Property) -> str:
    link = home_path(home, property_id_of(home.text))
    linked = json.dumps([_residence(home), _product(home)]).replace("<", "\\u003c")
    return (
        f'<div class="HomeCardContainer"><a href="{link}" title="{escape(home.text)}">'
        f'<div class="bp-Homecard__Address">{escape(home.text)}</div></a>'
        f'<script type="application/ld+json">{linked}</script></div>'
    )


def _residence(home: Property) -> dict[str, Any]:
    address = home.address
    return {
        "@context": "http://schema.org",
        "@type": "SingleFamilyResidence",
        "name": home.text,
        "url": SITE + home_path(home, property_id_of(home.text)),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": home.street,
            "addressLocality": address.city,
            "addressRegion": address.state,
            "postalCode": address.zip,
            "addressCountry": "US",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": home.latitude, "longitude": home.longitude},
        "numberOfRooms": home.beds,
        "floorSize": {"@type": "QuantitativeValue", "value": home.sqft, "unitCode": "FTK"},
    }


def _product(home: Property) -> dict[str, Any]:
    return {
        "@context": "http://schema.org",
        "@type": "Product",
        "name": home.text,
        "offers": {"@type": "Offer", "price": home.price, "priceCurrency": "USD"},
        "url": SITE + home_path(home, property_id_of(home.text)),
    }


def gis_home(presented: PresentedHome) -> dict[str, Any]:
    """One home of a gis response; the ordinal of a numbered street is left out on some."""
    home = presented.home
    address = home.address
    street = street_of(address)
    if SeededRandom("gis street", home.text.lower()).chance(0.5):
        street = _ORDINAL.sub(r"\1", street)
    status = "Closed" if presented.ending == "redfin_sold" else "Active"
    return {
        "mlsId": {"label": "MLS#", "value": home.mls},
        "mlsStatus": status,
        "price": {"value": home.price, "level": 1},
        "streetLine": {"value": f"{street} #{address.unit}" if address.unit else street, "level": 1},
        "unitNumber": {"value": f"#{address.unit}", "level": 1} if address.unit else {"level": 1},
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "postalCode": {"value": address.zip, "level": 1},
        "propertyId": presented.property_id,
        "listingId": presented.listing_id,
        "dataSourceId": ARMLS,
        "marketId": 11,
        "businessMarketId": 9,
        "timeZone": "US/Arizona",
        "photos": {"value": f"0-{max(0, len(presented.photos) - 1)}:1", "level": 1},
        "additionalPhotosInfo": [],
        "dom": {"value": home.days_on_market, "level": 1},
        "timeOnRedfin": {"value": home.days_on_market * 86_400_000, "level": 1},
        "beds": home.beds,
        "baths": home.baths,
        "latLong": {"value": {"latitude": home.latitude, "longitude": home.longitude}, "level": 1},
        "url": home_path(home, presented.property_id),
    }

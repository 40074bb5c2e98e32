"""The address autocomplete."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.cities import CITIES
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.presented import PresentedHome, zpid_of


def suggestions(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The response body for the home's own address."""
    texts = suggested(presented)
    results = [_address(property_at(text, options.photos)) for text in texts]
    if presented.rng("region").chance(0.3) and presented.ending != "no_listing":
        results.append(region(presented.home.address.city, presented.rng("region id")))
    return {"results": results}


def suggested(presented: PresentedHome) -> list[str]:
    """Canonical addresses in the order suggested."""
    own, rng = presented.home.text, presented.rng("suggested")
    others = near_misses(presented.home.address, rng, rng.between(2, 4))
    if presented.ending == "no_listing" or presented.lookup in ("search_direct", "search_redirect"):
        return []
    if presented.ending == "only_near_misses" or presented.lookup == "search_hits":
        return others
    if presented.lookup == "wrong_first":
        return [*others[:2], own, *others[2:]]
    if presented.lookup == "neighbours":
        return rng.shuffled([own, *others])
    return [own]


def region(city: str, rng: SeededRandom) -> dict[str, Any]:
    """A city among the suggestions."""
    return {
        "display": f"{city}, AZ",
        "resultType": "Region",
        "metaData": {
            "regionId": rng.between(10_000, 60_000),
            "regionType": "city",
            "city": city,
            "state": "AZ",
            "country": "United States",
        },
    }


def city_named(text: str) -> str | None:
    """The known city that a query names, None for anything else."""
    name = text.split(",")[0].strip().title()
    return name if name in CITIES else None


def _address(home: Property) -> dict[str, Any]:
    address = home.address
    words = (address.direction, address.name, address.type, address.post_direction)
    unit = {"unitNumber": address.unit} if address.unit else {}
    return {
        "display": home.text,
        "resultType": "Address",
        "metaData": {
            "zpid": zpid_of(home.text),
            "streetNumber": address.number,
            "streetName": " ".join(word for word in words if word),
            **unit,
            "city": address.city,
            "state": address.state,
            "country": "USA",
            "zipCode": address.zip,
            "lat": home.latitude,
            "lng": home.longitude,
            "maloneId": int(home.mls) * 7,
            "addressType": SeededRandom("address type", home.text).pick(
                ("forsale_address", "rental_address", "address")
            ),
        },
    }

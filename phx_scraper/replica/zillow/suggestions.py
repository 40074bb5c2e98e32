"""The address autocomplete."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.cities import CITIES
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.presented import Shown, zpid_of


def suggestions(shown: Shown, options: Options) -> dict[str, Any]:
    """The answer's body for the home's own address."""
    texts = suggested(shown)
    results = [_address(look_up(text, options.photos)) for text in texts]
    if shown.dice("region").chance(0.3) and shown.fate != "no_listing":
        results.append(region(shown.world.address.city, shown.dice("region id")))
    return {"results": results}


def suggested(shown: Shown) -> list[str]:
    """Canonical addresses in the order suggested."""
    own, dice = shown.world.text, shown.dice("suggested")
    others = near_misses(shown.world.address, dice, dice.between(2, 4))
    if shown.fate == "no_listing" or shown.find in ("search_direct", "search_redirect"):
        return []
    if shown.fate == "only_near_misses" or shown.find == "search_hits":
        return others
    if shown.find == "wrong_first":
        return [*others[:2], own, *others[2:]]
    if shown.find == "neighbours":
        return dice.shuffled([own, *others])
    return [own]


def region(city: str, dice: Dice) -> dict[str, Any]:
    """A city among the suggestions."""
    return {
        "display": f"{city}, AZ",
        "resultType": "Region",
        "metaData": {
            "regionId": dice.between(10_000, 60_000),
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


def _address(world: World) -> dict[str, Any]:
    address = world.address
    words = (address.direction, address.name, address.type, address.post_direction)
    unit = {"unitNumber": address.unit} if address.unit else {}
    return {
        "display": world.text,
        "resultType": "Address",
        "metaData": {
            "zpid": zpid_of(world.text),
            "streetNumber": address.number,
            "streetName": " ".join(word for word in words if word),
            **unit,
            "city": address.city,
            "state": address.state,
            "country": "USA",
            "zipCode": address.zip,
            "lat": world.latitude,
            "lng": world.longitude,
            "maloneId": int(world.mls) * 7,
            "addressType": Dice("address type", world.text).pick(("forsale_address", "rental_address", "address")),
        },
    }

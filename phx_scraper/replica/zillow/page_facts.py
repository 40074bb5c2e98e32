"""The rest of a listing page's JSON: facts, regions and the bulk that makes some pages weigh hundreds of kilobytes."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.cities import CITIES
from phx_scraper.replica.zillow.presented import Shown

_BULK_LINKS = (1200, 2000)


def facts_block(shown: Shown) -> dict[str, Any]:
    """The facts-and-features block."""
    world, dice = shown.world, shown.dice("facts")
    return {
        "hasGarage": dice.chance(0.8),
        "garageParkingCapacity": dice.between(1, 3),
        "hasPrivatePool": dice.chance(0.4),
        "cooling": ["Central Air", "Ceiling Fan(s)"],
        "heating": ["Electric"],
        "flooring": dice.shuffled(["Carpet", "Tile", "Wood", "Stone"])[: dice.between(1, 3)],
        "yearBuilt": world.year,
        "stories": dice.between(1, 2),
        "parcelNumber": world.apn,
        "livingArea": f"{world.sqft:,} sqft",
        "atAGlanceFacts": [
            {"factLabel": "Type", "factValue": "Single Family Residence"},
            {"factLabel": "Year Built", "factValue": str(world.year)},
        ],
    }


def region_block(shown: Shown) -> dict[str, Any]:
    """Nearby regions and taxes; on heavy pages also menus, as the site's frame brings them."""
    world, dice = shown.world, shown.dice("regions")
    block: dict[str, Any] = {
        "regionString": f"{world.address.city} {world.address.state} {world.address.zip}",
        "nearbyCities": [
            {"name": name, "regionUrl": {"path": f"/{name.lower()}-az/"}, "body": None} for name in CITIES
        ],
        "taxHistory": [
            {
                "time": 1_400_000_000_000 + year * 31_536_000_000,
                "taxPaid": dice.between(900, 4000),
                "value": dice.between(90_000, 400_000),
            }
            for year in range(8)
        ],
        "schools": [
            {
                "name": f"School {dice.between(1, 99)}",
                "rating": dice.between(3, 10),
                "level": level,
                "distance": dice.between(1, 40) / 10,
            }
            for level in ("Elementary", "Middle", "High")
        ],
    }
    if "big_page" in shown.marks:
        block["topNavJson"] = {"topnav": {"json": {"main": {"sections": _links(shown)}}}}
    return block


def _links(shown: Shown) -> list[dict[str, Any]]:
    count = shown.dice("bulk").between(*_BULK_LINKS)
    return [
        {
            "text": f"Homes like this one, page {place}",
            "href": f"/phoenix-az/houses/{place}_p/",
            "label": {"id": f"link-{place}", "tracking": "click"},
        }
        for place in range(count)
    ]

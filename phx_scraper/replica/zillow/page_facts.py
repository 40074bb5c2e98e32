"""The rest of a listing page's JSON: facts, regions and the links that make some pages hundreds of kilobytes large."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.cities import CITIES
from phx_scraper.replica.zillow.presented import PresentedHome

_BULK_LINKS = (1200, 2000)


def facts_block(presented: PresentedHome) -> dict[str, Any]:
    """The facts-and-features block."""
    home, rng = presented.home, presented.rng("facts")
    return {
        "hasGarage": rng.chance(0.8),
        "garageParkingCapacity": rng.between(1, 3),
        "hasPrivatePool": rng.chance(0.4),
        "cooling": ["Central Air", "Ceiling Fan(s)"],
        "heating": ["Electric"],
        "flooring": rng.shuffled(["Carpet", "Tile", "Wood", "Stone"])[: rng.between(1, 3)],
        "yearBuilt": home.year,
        "stories": rng.between(1, 2),
        "parcelNumber": home.apn,
        "livingArea": f"{home.sqft:,} sqft",
        "atAGlanceFacts": [
            {"factLabel": "Type", "factValue": "Single Family Residence"},
            {"factLabel": "Year Built", "factValue": str(home.year)},
        ],
    }


def region_block(presented: PresentedHome) -> dict[str, Any]:
    """Nearby regions and taxes; on large pages also the site's menus."""
    home, rng = presented.home, presented.rng("regions")
    block: dict[str, Any] = {
        "regionString": f"{home.address.city} {home.address.state} {home.address.zip}",
        "nearbyCities": [
            {"name": name, "regionUrl": {"path": f"/{name.lower()}-az/"}, "body": None} for name in CITIES
        ],
        "taxHistory": [
            {
                "time": 1_400_000_000_000 + year * 31_536_000_000,
                "taxPaid": rng.between(900, 4000),
                "value": rng.between(90_000, 400_000),
            }
            for year in range(8)
        ],
        "schools": [
            {
                "name": f"School {rng.between(1, 99)}",
                "rating": rng.between(3, 10),
                "level": level,
                "distance": rng.between(1, 40) / 10,
            }
            for level in ("Elementary", "Middle", "High")
        ],
    }
    if "big_page" in presented.variations:
        block["topNavJson"] = {"topnav": {"json": {"main": {"sections": _links(presented)}}}}
    return block


def _links(presented: PresentedHome) -> list[dict[str, Any]]:
    count = presented.rng("bulk").between(*_BULK_LINKS)
    return [
        {
            "text": f"Homes like this one, page {place}",
            "href": f"/phoenix-az/houses/{place}_p/",
            "label": {"id": f"link-{place}", "tracking": "click"},
        }
        for place in range(count)
    ]

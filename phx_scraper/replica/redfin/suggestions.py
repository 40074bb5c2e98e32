"""The location autocomplete."""

from __future__ import annotations

from typing import Any

from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.redfin.presented import PresentedHome, property_id_of
from phx_scraper.replica.redfin.urls import home_path, street_of
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.street_types import spelled_out


def suggested(presented: PresentedHome) -> list[str]:
    """Canonical addresses of the rows, in their order."""
    own, rng = presented.home.text, presented.rng("suggested")
    others = near_misses(presented.home.address, rng, rng.between(2, 4))
    if presented.ending == "redfin_unlisted":
        return []
    if presented.ending == "redfin_near_misses":
        return others
    if presented.lookup == "redfin_wrong_first":
        return [*others[:2], own, *others[2:]]
    if presented.lookup == "redfin_neighbours":
        return rng.shuffled([own, *others])
    return [own]


def understood(presented: PresentedHome, query: str, rental: bool = False) -> bool:
    """Whether a lookup finds the home by this query; `rental`: by the rental autocomplete."""
    if presented.lookup == "rental_only":
        return rental
    if presented.lookup == "autocomplete_short":
        return not parse_address(query).city
    return presented.lookup != "autocomplete_literal" or spelled_out(query, presented.home.address)


def suggestions(presented: PresentedHome, options: Options) -> dict[str, Any]:
    """The payload for the home's own address."""
    rng = presented.rng("sections")
    rows = [_row(property_at(text, options.photos), presented) for text in suggested(presented)]
    payload: dict[str, Any] = {"sections": []}
    if rng.chance(0.4) or not rows:
        payload["sections"].append({"name": "Places", "rows": [_city(presented.home.address, rng)]})
    if rows:
        payload["sections"].append({"name": "Addresses", "rows": rows})
    # The first row, right or wrong: an "exact" match of the site proves nothing.
    if rows and rng.chance(0.6):
        payload["exactMatch"] = rows[0]
    return payload | {"extraResults": {}, "errorMessage": "Success"}


def _row(home: Property, presented: PresentedHome) -> dict[str, Any]:
    address, number = home.address, property_id_of(home.text)
    rng = SeededRandom("redfin row", home.text.lower())
    unit = rng.pick((f" #{address.unit}", f" Unit {address.unit}")) if address.unit else ""
    place = f"{address.city}, {address.state}" + (f" {address.zip}" if rng.chance(0.3) else "")
    path = home_path(home, number)
    if home.text == presented.home.text and presented.lookup == "redfin_moved":
        path = moved_path(path)
    return {
        "id": f"1_{number}",
        "type": "1",
        "name": f"{street_of(address)}{unit}",
        "subName": f"{place.strip(' ,')}, USA",
        "url": path,
        "active": True,
        "claimedHome": False,
        "countryCode": "US",
        "internalSearchVolume": 0,
    }


def moved_path(path: str) -> str:
    """An older form of a home's path, which redirects to the current one."""
    state, _, rest = path.removeprefix("/").partition("/")
    return f"/{state.lower()}/{rest}"


def _city(address: Address, rng: SeededRandom) -> dict[str, Any]:
    number, name = rng.between(1000, 30_000), address.city or "Phoenix"
    return {
        "id": f"2_{number}",
        "type": "2",
        "name": name,
        "subName": "AZ, USA",
        "url": f"/city/{number}/AZ/{name.replace(' ', '-')}",
        "active": True,
    }

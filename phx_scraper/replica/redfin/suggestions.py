"""The location autocomplete."""

from __future__ import annotations

from typing import Any

from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.redfin.presented import Shown, property_id_of
from phx_scraper.replica.redfin.urls import home_path, street_of
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.street_types import spelled_out


def suggested(shown: Shown) -> list[str]:
    """Canonical addresses of the rows, in their order."""
    own, dice = shown.world.text, shown.dice("suggested")
    others = near_misses(shown.world.address, dice, dice.between(2, 4))
    if shown.fate == "redfin_unlisted":
        return []
    if shown.fate == "redfin_near_misses":
        return others
    if shown.find == "redfin_wrong_first":
        return [*others[:2], own, *others[2:]]
    if shown.find == "redfin_neighbours":
        return dice.shuffled([own, *others])
    return [own]


def understood(shown: Shown, asked: str, rental: bool = False) -> bool:
    """Whether a look-up knows the home by these words; `rental`: the rental twin is asked."""
    if shown.find == "rental_only":
        return rental
    if shown.find == "autocomplete_short":
        return not parse_address(asked).city
    return shown.find != "autocomplete_literal" or spelled_out(asked, shown.world.address)


def suggestions(shown: Shown, options: Options) -> dict[str, Any]:
    """The payload for the home's own address."""
    dice = shown.dice("sections")
    rows = [_row(look_up(text, options.photos), shown) for text in suggested(shown)]
    payload: dict[str, Any] = {"sections": []}
    if dice.chance(0.4) or not rows:
        payload["sections"].append({"name": "Places", "rows": [_city(shown.world.address, dice)]})
    if rows:
        payload["sections"].append({"name": "Addresses", "rows": rows})
    # The first row, right or wrong: the site's word "exact" proves nothing.
    if rows and dice.chance(0.6):
        payload["exactMatch"] = rows[0]
    return payload | {"extraResults": {}, "errorMessage": "Success"}


def _row(world: World, shown: Shown) -> dict[str, Any]:
    address, number = world.address, property_id_of(world.text)
    dice = Dice("redfin row", world.text.lower())
    unit = dice.pick((f" #{address.unit}", f" Unit {address.unit}")) if address.unit else ""
    place = f"{address.city}, {address.state}" + (f" {address.zip}" if dice.chance(0.3) else "")
    path = home_path(world, number)
    if world.text == shown.world.text and shown.find == "redfin_moved":
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
    """An older form of a home's path, which redirects to the present one."""
    state, _, rest = path.removeprefix("/").partition("/")
    return f"/{state.lower()}/{rest}"


def _city(address: Address, dice: Dice) -> dict[str, Any]:
    number, name = dice.between(1000, 30_000), address.city or "Phoenix"
    return {
        "id": f"2_{number}",
        "type": "2",
        "name": name,
        "subName": "AZ, USA",
        "url": f"/city/{number}/AZ/{name.replace(' ', '-')}",
        "active": True,
    }

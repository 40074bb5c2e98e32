"""Everything in one zip: the homes that were asked for, and homes that no one asked for, which searches show too."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from phx_scraper.homes import parse_address
from phx_scraper.replica.county_zips import PLACES
from phx_scraper.replica.name_registry import Memory
from phx_scraper.replica.requested_homes import known_in_zip
from phx_scraper.replica.seeded_random import Dice

_CITY_OF = {code: city for city, code in PLACES}
_STREETS = (
    "W Mesquite Ln",
    "N 51st Ave",
    "E Palo Verde Dr",
    "S 7th St",
    "N Saguaro Way",
    "W Ironwood Pl",
    "E Ocotillo Rd",
)
_STRANGERS = (44, 70)
_NEIGHBOURS = 3


def city_of(zip_code: str) -> str:
    """The postal city of a zip, "" outside the county."""
    return _CITY_OF.get(zip_code, "")


def in_zip(memory: Memory, zip_code: str) -> list[str]:
    """Canonical addresses of all homes that a search of the zip may show; a few lie in another zip, as on the sites.

    A home's place among the others does not depend on who was asked for first.
    """
    found = dict.fromkeys([*known_in_zip(memory, zip_code), *strangers(zip_code)])
    return sorted(found, key=lambda text: sha256(f"{zip_code} {text.lower()}".encode()).digest())


@lru_cache(maxsize=256)
def strangers(zip_code: str) -> tuple[str, ...]:
    """Homes of the zip that no one asked for, and some of its neighbour's; none outside the county."""
    if zip_code not in _CITY_OF:
        return ()
    dice = Dice("strangers", zip_code)
    own = [_stranger(zip_code, dice) for _ in range(dice.between(*_STRANGERS))]
    codes = list(_CITY_OF)
    neighbour = codes[(codes.index(zip_code) + 1) % len(codes)]
    return (*own, *(_stranger(neighbour, dice) for _ in range(_NEIGHBOURS)))


def namesakes(zip_code: str, number: str) -> list[str]:
    """Homes of the zip with this house number that no one asked for; in half of all cases there is none."""
    dice = Dice("namesakes", zip_code, number)
    if zip_code not in _CITY_OF or dice.chance(0.5):
        return []
    return [_placed(f"{number} {street}", zip_code) for street in dice.shuffled(_STREETS)[: dice.between(1, 3)]]


def _stranger(zip_code: str, dice: Dice) -> str:
    return _placed(f"{dice.between(1000, 19_999)} {dice.pick(_STREETS)}", zip_code)


def _placed(street: str, zip_code: str) -> str:
    return parse_address(f"{street}, {_CITY_OF[zip_code]}, AZ {zip_code}").canonical


def elsewhere(name: str, count: int) -> list[str]:
    """Homes of Nevada: what a search answers that was asked for a region by the wrong number."""
    dice = Dice("elsewhere", name)
    return [f"{dice.between(1000, 9999)} {dice.pick('EW')} Desert Inn Rd, Las Vegas, NV 89102" for _ in range(count)]

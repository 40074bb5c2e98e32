"""All homes in one zip: requested ones, and others, which searches present too."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from phx_scraper.homes import parse_address
from phx_scraper.replica.county_zips import COUNTY_ZIPS
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.requested_homes import requested_in_zip
from phx_scraper.replica.seeded_random import SeededRandom

_CITY_OF = {code: city for city, code in COUNTY_ZIPS}
_STREETS = (
    "W Mesquite Ln",
    "N 51st Ave",
    "E Palo Verde Dr",
    "S 7th St",
    "N Saguaro Way",
    "W Ironwood Pl",
    "E Ocotillo Rd",
)
_HOMES_OF_A_ZIP = (44, 70)
_HOMES_OF_THE_NEXT_ZIP = 3


def city_of_zip(zip_code: str) -> str:
    """The postal city of a zip, "" outside the county."""
    return _CITY_OF.get(zip_code, "")


def homes_in_zip(registry: NameRegistry, zip_code: str) -> list[str]:
    """Canonical addresses of all homes that a search of the zip may return; a few are in another zip, as on the sites.

    The order does not depend on the order of requests.
    """
    found = dict.fromkeys([*requested_in_zip(registry, zip_code), *unrequested_homes(zip_code)])
    return sorted(found, key=lambda text: sha256(f"{zip_code} {text.lower()}".encode()).digest())


@lru_cache(maxsize=256)
def unrequested_homes(zip_code: str) -> tuple[str, ...]:
    """Homes of the zip without a request, and some of the next zip; none outside the county."""
    if zip_code not in _CITY_OF:
        return ()
    rng = SeededRandom("strangers", zip_code)
    own = [_unrequested_home(zip_code, rng) for _ in range(rng.between(*_HOMES_OF_A_ZIP))]
    codes = list(_CITY_OF)
    neighbour = codes[(codes.index(zip_code) + 1) % len(codes)]
    return (*own, *(_unrequested_home(neighbour, rng) for _ in range(_HOMES_OF_THE_NEXT_ZIP)))


def homes_with_number(zip_code: str, number: str) -> list[str]:
    """Homes of the zip with this house number, without a request; in half of all cases there is none."""
    rng = SeededRandom("namesakes", zip_code, number)
    if zip_code not in _CITY_OF or rng.chance(0.5):
        return []
    return [_placed(f"{number} {street}", zip_code) for street in rng.shuffled(_STREETS)[: rng.between(1, 3)]]


def _unrequested_home(zip_code: str, rng: SeededRandom) -> str:
    return _placed(f"{rng.between(1000, 19_999)} {rng.pick(_STREETS)}", zip_code)


def _placed(street: str, zip_code: str) -> str:
    return parse_address(f"{street}, {_CITY_OF[zip_code]}, AZ {zip_code}").canonical


def homes_in_nevada(name: str, count: int) -> list[str]:
    """Homes in Nevada: the result of a search with the wrong region number."""
    rng = SeededRandom("elsewhere", name)
    return [f"{rng.between(1000, 9999)} {rng.pick('EW')} Desert Inn Rd, Las Vegas, NV 89102" for _ in range(count)]

"""Near misses: similar addresses of other homes."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes import Address
from phx_scraper.replica.cities import other_city
from phx_scraper.replica.seeded_random import SeededRandom

_TYPES = ("St", "Way", "Ln", "Ave", "Dr", "Rd", "Pl", "Ct", "Cir")
_OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E"}


def near_misses(address: Address, rng: SeededRandom, count: int) -> list[str]:
    """`count` canonical addresses, none of them `address`: other number, type, city, unit or direction."""
    makers = rng.shuffled([_other_type, _other_number, _other_city, _other_unit, _other_direction])
    found: dict[str, None] = {}
    for turn in range(count * 8):
        other = makers[turn % len(makers)](address, rng.fork(turn))
        if other is not None and other != address:
            found[other.canonical] = None
        if len(found) == count:
            break
    return list(found)


def _other_number(address: Address, rng: SeededRandom) -> Address | None:
    digits = "".join(sign for sign in address.number if sign.isdigit())
    if not digits:
        return None
    number = int(digits)
    step = rng.pick((-6, -4, -2, 2, 4, 6, 10, 100))
    return replace(address, number=str(number + step if number + step > 0 else number + 2))


def _other_type(address: Address, rng: SeededRandom) -> Address | None:
    if not address.type:
        return None
    return replace(address, type=rng.pick([name for name in _TYPES if name.lower() != address.type.lower()]))


def _other_city(address: Address, rng: SeededRandom) -> Address | None:
    city, zip_code = other_city(address.city, address.zip, rng)
    return replace(address, city=city, zip=zip_code if address.zip else "")


def _other_unit(address: Address, rng: SeededRandom) -> Address | None:
    return replace(address, unit=str(rng.between(101, 140)) if address.unit != "101" else "202")


def _other_direction(address: Address, rng: SeededRandom) -> Address | None:
    if address.direction not in _OPPOSITE:
        return None
    return replace(address, direction=_OPPOSITE[address.direction])

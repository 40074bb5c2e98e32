"""Older listings of a home: other MLS numbers, other photos of the same walls, which belong to no gallery of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from phx_scraper.replica.property import CAPTIONS, Shot, World
from phx_scraper.replica.seeded_random import Dice


@dataclass(frozen=True, slots=True)
class OlderListing:
    """A listing that ended before the home's present one began; its number is lower, as numbers rise."""

    mls: str
    listed: date
    price: int
    shots: tuple[Shot, ...]


def older_listings(world: World) -> tuple[OlderListing, ...]:
    """One or two, newest first."""
    dice = Dice("older listings", world.text.lower())
    found, listed, high = [], world.listed, 6_390_000
    for turn in range(dice.between(1, 2)):
        listed -= timedelta(days=dice.between(300, 1500))
        high = dice.between(high - 900_000, high - 1000)
        shots = tuple(_shot(world, turn, place) for place in range(dice.between(2, 6)))
        found.append(OlderListing(str(high), listed, world.price * (9 - turn) // 10, shots))
    return tuple(found)


def _shot(world: World, turn: int, place: int) -> Shot:
    dice = Dice("older shot", world.text.lower(), turn, place)
    return Shot(dice.hex(24), dice.pick(CAPTIONS))

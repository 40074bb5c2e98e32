"""Older listings of a home: other MLS numbers and photos, which are in no current gallery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from phx_scraper.replica.property import CAPTIONS, Property, Shot
from phx_scraper.replica.seeded_random import SeededRandom


@dataclass(frozen=True, slots=True)
class OlderListing:
    """A listing that ended before the current one began; its MLS number is lower."""

    mls: str
    listed: date
    price: int
    shots: tuple[Shot, ...]


def older_listings(home: Property) -> tuple[OlderListing, ...]:
    """One or two, newest first."""
    rng = SeededRandom("older listings", home.text.lower())
    found, listed, high = [], home.listed, 6_390_000
    for turn in range(rng.between(1, 2)):
        listed -= timedelta(days=rng.between(300, 1500))
        high = rng.between(high - 900_000, high - 1000)
        shots = tuple(_shot(home, turn, place) for place in range(rng.between(2, 6)))
        found.append(OlderListing(str(high), listed, home.price * (9 - turn) // 10, shots))
    return tuple(found)


def _shot(home: Property, turn: int, place: int) -> Shot:
    rng = SeededRandom("older shot", home.text.lower(), turn, place)
    return Shot(rng.hex(24), rng.pick(CAPTIONS))

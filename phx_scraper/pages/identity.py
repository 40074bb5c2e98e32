"""Proof that a page is of the asked home, and agreement or contradiction between pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from phx_scraper.errors import WrongHome
from phx_scraper.homes import same_home
from phx_scraper.pages.listing import Candidate, Listing
from phx_scraper.sources import SOURCES

MAX_DISTANCE = 300.0
"""Metres; sources place one home on its parcel, its roof or its street, so smaller differences mean nothing."""

_SHARED_IDS = ("mls", "apn")
_EARTH_RADIUS = 6_371_000.0
_NOT_IN_ID = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One agreement between what was asked (or another source says) and what a page says."""

    kind: str
    asked: str
    found: str


def prove(home_address: str, listing: Listing, asked_ids: Mapping[str, str] | None = None) -> tuple[Evidence, ...]:
    """The evidence that `listing` is of the home at `home_address`, the address first.

    The address must be the same home by `homes.same_home`, and each asked id that the page states must be equal.
    Raises WrongHome whose reason is the kind that differs.
    """
    if not same_home(home_address, listing.address):
        raise WrongHome("address", f"asked {home_address}, found {listing.address}")
    evidence = [Evidence("address", home_address, listing.address)]
    for kind, asked in (asked_ids or {}).items():
        found = listing.ids.get(kind, "")
        if found and asked:
            if plain_id(found) != plain_id(asked):
                raise WrongHome(kind, f"asked {asked}, found {found}")
            evidence.append(Evidence(kind, asked, found))
    return tuple(evidence)


def matching(home_address: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates that name the home at `home_address`, in their order; a near miss is none."""
    return tuple(candidate for candidate in candidates if same_home(home_address, candidate.address))


def plain_id(value: str) -> str:
    """An identifier without its punctuation, upper case: `141-83-749` and `14183749` are one parcel."""
    return _NOT_IN_ID.sub("", value.upper())


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pages that cannot both be right; `weaker` is the one to refuse."""

    kind: str
    weaker: Listing
    stronger: Listing
    detail: str


def agreements(listing: Listing, others: Iterable[Listing]) -> tuple[Evidence, ...]:
    """What other sources confirm of `listing`: equal MLS numbers and APNs, coordinates within 300 m.

    The kind names the other source, as in `mls@redfin`.
    """
    return tuple(
        evidence for other in others if other.source != listing.source for evidence in _agreement(listing, other)
    )


def _agreement(listing: Listing, other: Listing) -> Iterator[Evidence]:
    for kind in _SHARED_IDS:
        if _same_id(kind, listing, other):
            yield Evidence(f"{kind}@{other.source}", other.ids[kind], listing.ids[kind])
    metres = distance(listing, other)
    if metres is not None and metres <= MAX_DISTANCE:
        yield Evidence(f"coordinates@{other.source}", _place(other), _place(listing))


def contradictions(listings: Iterable[Listing]) -> tuple[Contradiction, ...]:
    """The pages to refuse so that no two of the rest contradict each other; the order of `listings` does not matter.

    Two pages contradict each other when they show one MLS number or APN at two addresses, or when they are of one
    address and more than 300 m apart. Weaker is the page that more others contradict, then the one that fewer confirm,
    then the one of the source that `sources` ranks later.
    """
    rest = sorted(listings, key=lambda one: (one.source, one.url))
    refused: list[Contradiction] = []
    while True:
        clashes = [(kind, a, b) for a, b in combinations(rest, 2) for kind in _clashes(a, b)]
        if not clashes:
            return tuple(refused)
        weakest = max((one for _, a, b in clashes for one in (a, b)), key=lambda one: _weakness(one, rest, clashes))
        kind, a, b = next(clash for clash in clashes if weakest is clash[1] or weakest is clash[2])
        refused.append(Contradiction(kind, weakest, b if weakest is a else a, _detail(kind, a, b)))
        rest = [one for one in rest if one is not weakest]


def distance(a: Listing, b: Listing) -> float | None:
    """Metres between two homes along the great circle (haversine), None where a page has no coordinates."""
    if not all("latitude" in one.facts and "longitude" in one.facts for one in (a, b)):
        return None
    north_a, north_b = radians(a.facts["latitude"]), radians(b.facts["latitude"])
    east = radians(b.facts["longitude"] - a.facts["longitude"])
    half = sin((north_b - north_a) / 2) ** 2 + cos(north_a) * cos(north_b) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def _clashes(a: Listing, b: Listing) -> list[str]:
    """Pages without an address or without coordinates contradict nobody by them."""
    if not a.address or not b.address:
        return []
    if not same_home(a.address, b.address):
        return [kind for kind in _SHARED_IDS if _same_id(kind, a, b)]
    metres = distance(a, b)
    return ["coordinates"] if metres is not None and metres > MAX_DISTANCE else []


def _same_id(kind: str, a: Listing, b: Listing) -> bool:
    return plain_id(a.ids.get(kind, "")) == plain_id(b.ids.get(kind, "")) != ""


def _weakness(
    one: Listing, rest: Sequence[Listing], clashes: Sequence[tuple[str, Listing, Listing]]
) -> tuple[int, int, int, str, str]:
    against = sum(one is a or one is b for _, a, b in clashes)
    source = SOURCES.get(one.source)
    return against, -len(agreements(one, rest)), source.priority if source else 99, one.source, one.url


def _detail(kind: str, a: Listing, b: Listing) -> str:
    if kind == "coordinates":
        return f"{a.source} and {b.source} are {distance(a, b) or 0:.0f} m apart"
    return f"{kind} {a.ids[kind]} is {a.address} on {a.source}, {b.address} on {b.source}"


def _place(listing: Listing) -> str:
    return f"{listing.facts['latitude']:.5f}, {listing.facts['longitude']:.5f}"

"""Proof that a page is of the requested home, and agreement or contradiction between pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from phx_scraper.errors import WrongHome
from phx_scraper.homes import same_home
from phx_scraper.model.listing import PIN_APART, Evidence, Listing
from phx_scraper.pages.coordinates import MAX_PIN_ERROR, SAME_PLACE, coordinates_text, distance
from phx_scraper.sources import SOURCES

_SHARED_IDS = ("mls", "apn")
_NOT_IN_ID = re.compile(r"[^0-9A-Z]+")


def prove(home_address: str, listing: Listing, requested_ids: Mapping[str, str] | None = None) -> tuple[Evidence, ...]:
    """The evidence that `listing` is of the home at `home_address`, the address first.

    The address must be the same home by `homes.same_home`, and each requested id that the page states must be equal.
    Raises WrongHome whose reason is the kind that differs.
    """
    if not same_home(home_address, listing.address):
        raise WrongHome("address", f"asked {home_address}, found {listing.address}")
    evidence = [Evidence("address", home_address, listing.address)]
    for kind, requested in (requested_ids or {}).items():
        found = listing.ids.get(kind, "")
        if found and requested:
            if plain_id(found) != plain_id(requested):
                raise WrongHome(kind, f"asked {requested}, found {found}")
            evidence.append(Evidence(kind, requested, found))
    return tuple(evidence)


def plain_id(value: str) -> str:
    """An identifier without its punctuation, upper case: `141-83-749` and `14183749` are one parcel."""
    return _NOT_IN_ID.sub("", value.upper())


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pages that cannot both be right; `weaker` is the one to refuse."""

    kind: str
    weaker: Listing
    detail: str


def agreements(listing: Listing, others: Iterable[Listing]) -> tuple[Evidence, ...]:
    """What other sources confirm about `listing`: equal MLS numbers and APNs, coordinates within 300 m.

    The kind names the other source, as in `mls@redfin`.
    """
    return tuple(evidence for other in _others(listing, others) for evidence in _agreement(listing, other))


def pins_apart(listing: Listing, others: Iterable[Listing]) -> tuple[Evidence, ...]:
    """Other sources whose coordinates are more than 300 m away, as `pin_apart@redfin`; a person may look at them.

    `found` ends with the distance, as in `, 440 m`. It neither confirms nor refuses.
    """
    found = ((other, distance(listing, other) or 0.0) for other in _others(listing, others))
    return tuple(
        Evidence(f"{PIN_APART}@{other.source}", coordinates_text(other), f"{coordinates_text(listing)}, {metres:.0f} m")
        for other, metres in found
        if metres > SAME_PLACE
    )


def _others(listing: Listing, listings: Iterable[Listing]) -> Iterator[Listing]:
    return (other for other in listings if other.source != listing.source)


def _agreement(listing: Listing, other: Listing) -> Iterator[Evidence]:
    for kind in _SHARED_IDS:
        if _same_id(kind, listing, other):
            yield Evidence(f"{kind}@{other.source}", other.ids[kind], listing.ids[kind])
    metres = distance(listing, other)
    if metres is not None and metres <= SAME_PLACE:
        yield Evidence(f"coordinates@{other.source}", coordinates_text(other), coordinates_text(listing))


def contradictions(listings: Iterable[Listing]) -> tuple[Contradiction, ...]:
    """The pages to refuse so that no two of the rest contradict each other; the order of `listings` does not matter.

    Two pages contradict each other when they show one MLS number or APN at two addresses, or when they are of one
    address, share no such number, not even through a third page, and are more than `MAX_PIN_ERROR` apart. The weaker
    page is contradicted by more others, or else confirmed by fewer, or else of the source with the lower priority.
    """
    rest = sorted(listings, key=lambda one: (one.source, one.url))
    refused: list[Contradiction] = []
    while True:
        conflicts = _all_conflicts(rest)
        if not conflicts:
            return tuple(refused)
        weakest = max((one for _, a, b in conflicts for one in (a, b)), key=lambda one: _weakness(one, rest, conflicts))
        kind, a, b = next(conflict for conflict in conflicts if weakest is conflict[1] or weakest is conflict[2])
        refused.append(Contradiction(kind, weakest, _detail(kind, a, b)))
        rest = [one for one in rest if one is not weakest]


def _all_conflicts(pages: Sequence[Listing]) -> list[tuple[str, Listing, Listing]]:
    group = _groups(pages)
    return [
        (kind, a, b)
        for (place_a, a), (place_b, b) in combinations(enumerate(pages), 2)
        for kind in _conflicts(a, b, same_group=group[place_a] == group[place_b])
    ]


def _groups(pages: Sequence[Listing]) -> list[int]:
    """A group number for each page; pages with a common MLS number or APN, directly or through others, share it."""
    group = list(range(len(pages)))
    for (place_a, a), (place_b, b) in combinations(enumerate(pages), 2):
        if _are_of_one_listing(a, b):
            group = [group[place_a] if number == group[place_b] else number for number in group]
    return group


def _are_of_one_listing(a: Listing, b: Listing) -> bool:
    return same_home(a.address, b.address) and any(_same_id(kind, a, b) for kind in _SHARED_IDS)


def _conflicts(a: Listing, b: Listing, same_group: bool) -> list[str]:
    """Kinds of contradiction; with `same_group` ids prove that both are of one home, whatever their coordinates.

    A page without an address or without coordinates cannot contradict by them.
    """
    if not a.address or not b.address:
        return []
    if not same_home(a.address, b.address):
        return [kind for kind in _SHARED_IDS if _same_id(kind, a, b)]
    metres = distance(a, b)
    return ["coordinates"] if not same_group and metres is not None and metres > MAX_PIN_ERROR else []


def _same_id(kind: str, a: Listing, b: Listing) -> bool:
    return plain_id(a.ids.get(kind, "")) == plain_id(b.ids.get(kind, "")) != ""


def _weakness(
    one: Listing, rest: Sequence[Listing], conflicts: Sequence[tuple[str, Listing, Listing]]
) -> tuple[int, int, int, str, str]:
    against = sum(one is a or one is b for _, a, b in conflicts)
    source = SOURCES.get(one.source)
    return against, -len(agreements(one, rest)), source.priority if source else 99, one.source, one.url


def _detail(kind: str, a: Listing, b: Listing) -> str:
    if kind == "coordinates":
        return f"{a.source} and {b.source} are {distance(a, b) or 0:.0f} m apart"
    return f"{kind} {a.ids[kind]} is {a.address} on {a.source}, {b.address} on {b.source}"

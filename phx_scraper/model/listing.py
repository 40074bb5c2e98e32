"""What a source says of a home."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phx_scraper.model.photo import Photo

PIN_APART = "pin_apart"
"""Evidence that refuses nothing: another source puts the home at another place on the map."""


class Evidence(NamedTuple):
    """One agreement between what was asked (or another source says) and what a page says."""

    kind: str
    asked: str
    found: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source says of one home.

    `ids` has the source's own identifiers as text (`zpid`, `mls`, `apn`, `property_id`, …); `status` is one of
    `for_sale`, `pending`, `sold`, `for_rent`, `off_market`, `coming_soon`, `unknown`; `listing_date` is ISO
    `YYYY-MM-DD`. `refused` names photos left out on purpose, as (reason, count) pairs; `evidence` proves that it is of
    the asked home. A `partial` listing shows some of its photos only, as pages saved without their scripts do: it says
    nothing of those that it does not show.
    """

    source: str
    url: str
    address: str
    ids: dict[str, str]
    status: str
    listing_date: str | None
    claimed_photo_count: int | None
    photos: tuple[Photo, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    refused: tuple[tuple[str, int], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible page of a home, as an autocomplete or a search names it; nothing is proven by it."""

    address: str
    ids: dict[str, str]
    url: str
    status: str = "unknown"
    facts: dict[str, Any] = field(default_factory=dict)

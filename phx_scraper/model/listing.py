"""What a source says of a home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phx_scraper.model.photo import Photo, PhotoRecord


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source says of one home.

    `ids` has the source's own identifiers as text (`zpid`, `mls`, `apn`, `property_id`, …); `status` is one of
    `for_sale`, `pending`, `sold`, `for_rent`, `off_market`, `coming_soon`, `unknown`; `listing_date` is ISO
    `YYYY-MM-DD`. `refused` names photos left out on purpose, as (reason, count) pairs.
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible page of a home, as an autocomplete or a search names it; nothing is proven by it."""

    address: str
    ids: dict[str, str]
    url: str
    status: str = "unknown"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListingRecord:
    """A listing as a page states it. `evidence` holds (kind, asked, found) triples, `refused` (reason, count) pairs."""

    url: str
    address: str
    status: str
    photos: tuple[PhotoRecord, ...]
    ids: Mapping[str, str] = field(default_factory=dict)
    listing_date: str | None = None
    claimed_photo_count: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[tuple[str, str, str], ...] = ()
    refused: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing as the catalogue holds it; `run_id` is the run that last saw it, at `seen_at`."""

    property_hash: str
    source: str
    url: str
    address: str
    ids: dict[str, str]
    status: str
    listing_date: str | None
    claimed_photo_count: int | None
    facts: dict[str, Any]
    evidence: tuple[tuple[str, str, str], ...]
    refused: tuple[tuple[str, int], ...]
    seen_at: float
    run_id: str

"""What spiders yield: one ListingItem per visit, with its photos."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class PhotoItem:
    """One photo of a listing on its way into the catalogue.

    `position` counts from 1 in gallery order; `fallbacks` are other files of the same photo, best first; `state` is
    `pending`, then `stored` or `failed` with a `reason`; `photo_id` is the catalogue's row.
    """

    key: str
    position: int
    url: str
    caption: str = ""
    kind: str = "photo"
    fallbacks: tuple[str, ...] = ()
    photo_id: int | None = None
    state: str = "pending"
    reason: str = ""
    raw_sha256: str = ""


@dataclass(slots=True)
class ListingItem:
    """What a source says of one asked home, with the evidence that it is that home.

    `property_hash` and `source` name the visit; `listing_date` is ISO `YYYY-MM-DD`; `evidence` holds dicts of kind,
    asked and found; `resumed` is set where the listing comes from the catalogue instead of a page.
    """

    property_hash: str
    source: str
    asked_address: str
    address: str
    url: str
    status: str
    listing_date: str | None
    claimed_photo_count: int | None
    ids: dict[str, str]
    evidence: list[dict[str, str]]
    photos: list[PhotoItem]
    facts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    resumed: bool = False

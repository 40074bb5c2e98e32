"""What a page says of a home: plain data that every page object returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a photo. `width` is in pixels as the page states it, None where it does not."""

    url: str
    width: int | None = None
    format: str = ""
    cropped: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as listed: `key` is its identity at the source, `position` counts from 1 in gallery order.

    `url` is the best variant; `variants` holds all of them, best first. `kind` is `photo` or `sketch`. `data` is the
    picture itself where the page carries it (sketches): then `url` names it and is not to be fetched for it.
    """

    key: str
    position: int
    url: str
    caption: str = ""
    variants: tuple[Variant, ...] = ()
    kind: str = "photo"
    tags: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)


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

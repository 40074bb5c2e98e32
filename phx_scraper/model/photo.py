"""A photo of a listing: as a page shows it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PHOTO_STATES = ("pending", "stored", "duplicate", "failed")


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
class PhotoRecord:
    """A photo as a page lists it. `fallbacks` are further URLs of the same photo, best first, without `url` itself."""

    key: str
    position: int
    url: str
    caption: str = ""
    kind: str = "photo"
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo as the catalogue holds it; `state` is one of PHOTO_STATES, `reason` says why it failed.

    A pending photo that has a `raw_sha256` was stored before and is asked for again; `etag` and `last_modified` are of
    that earlier answer.
    """

    id: int
    property_hash: str
    source: str
    key: str
    position: int
    kind: str
    caption: str
    url: str
    fallbacks: tuple[str, ...]
    state: str
    reason: str
    raw_sha256: str | None
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a photo's bytes came: the URL that answered, its validators, and when."""

    url: str
    downloaded_at: float
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one photo: `stored`, or `duplicate` of the photo `duplicate_of` (same home, stored).

    `maybe`: other stored photos that it may be a copy of, each with what was measured (names as in `imaging`).
    """

    photo_id: int
    state: str
    duplicate_of: int | None = None
    kind: str = ""
    distance: int | None = None
    maybe: tuple[tuple[int, Mapping[str, float]], ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoCounts:
    """Photos by state; `found` is all that the listings show now, `failures` counts failed ones by reason.

    `removed` ones (no longer shown by their listing) are in no other count.
    """

    found: int = 0
    pending: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0
    removed: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)

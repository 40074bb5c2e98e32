"""The plain data that goes into the catalogue and comes out of it; times are seconds since 1970, as `time.time()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phx_scraper.sources import SOURCES

OUTCOMES = ("pending", "ok", "empty", "not_found", "blocked", "error")
"""How a visit stands; every one but `pending` is an ending."""

PHOTO_STATES = ("pending", "stored", "duplicate", "failed")

_LAST_PRIORITY = 1000


class DueVisit(NamedTuple):
    """One home at one source that there is work for."""

    property_hash: str
    source: str


class WaitingVisit(NamedTuple):
    """A visit that another run works on; its lease ends at `until` unless it is prolonged."""

    property_hash: str
    source: str
    until: float


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
class ImageRecord:
    """A picture as stored. `path` (and `raw_path`, None where originals are not kept) are relative to the store.

    `raw_sha256` is of the downloaded bytes, `content_hash` of the file at `path`; hashes are 16 hex digits; sizes are
    in pixels and bytes; `quality` and `signature` are what `imaging` made them.
    """

    raw_sha256: str
    content_hash: str
    phash: str
    dhash: str
    hash_version: str
    width: int
    height: int
    original_width: int
    original_height: int
    original_format: str
    raw_bytes: int
    raw_path: str | None
    path: str
    file_size_bytes: int
    signature: bytes = b""
    quality: Mapping[str, float] = field(default_factory=dict)
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a photo's bytes came: the URL that answered, its validators, and when."""

    url: str
    downloaded_at: float
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class PhotoImage:
    """A live photo of a home together with its image: what the duplicate rule looks at."""

    photo_id: int
    property_hash: str
    source: str
    key: str
    position: int
    kind: str
    state: str
    raw_sha256: str
    content_hash: str
    phash: str
    dhash: str
    width: int
    height: int
    original_width: int
    original_height: int
    original_format: str
    raw_bytes: int
    signature: bytes
    quality: dict[str, float]
    flat: bool
    source_priority: int


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
class VisitLease:
    """The right to work on one home at one source until the lease expires.

    `needs_page` False means that an earlier run recorded the listing and died: only `photos` (all pending) are missing.
    `attempts` counts the leases since the last good ending, this one included. `listing` is the last known one and
    `photo_count` the number of photos it shows, in whatever state. `others` are the home's listings at other sources.
    """

    property_hash: str
    address: str
    slug: str
    source: str
    run_id: str
    holder: str
    attempts: int
    needs_page: bool
    listing: ListingRow | None
    photos: tuple[PhotoRow, ...]
    photo_count: int = 0
    extras: Mapping[str, str] = field(default_factory=dict)
    others: tuple[ListingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The visit's photos by state once it is finished, those marked removed, and those still to be fetched.

    Where `reopened` is not 0 the visit is pending again: its page need not be read, only those photos are missing.
    """

    stored: int
    duplicates: int
    failed: int
    removed: int
    reopened: int


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home as the catalogue holds it."""

    property_hash: str
    address: str
    slug: str
    street: str
    city: str
    state: str
    zip: str
    unit: str
    extras: dict[str, str]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """How one home at one source stands; `run_id` is the run that last finished it, `detail` its words for people."""

    property_hash: str
    address: str
    slug: str
    source: str
    outcome: str
    reason: str
    attempts: int
    not_before: float | None
    started_at: float | None
    finished_at: float | None
    run_id: str | None
    claimed_photo_count: int | None
    detail: str = ""


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


@dataclass(frozen=True, slots=True)
class RunRow:
    """One execution; `ending` and `finished_at` are None while it runs, and if it was killed until the next run."""

    run_id: str
    spider: str
    arguments: dict[str, str]
    started_at: float
    finished_at: float | None
    ending: str | None
    totals: dict[str, Any]


def source_priority(name: str) -> int:
    """Rank of a source among equally good copies, lower first; unknown sources come last."""
    source = SOURCES.get(name)
    return source.priority if source else _LAST_PRIORITY

"""A visit: one home at one source, and who works on it; times are seconds since 1970, as `time.time()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo

LEASE_SECONDS = 90.0
"""How long a lease lasts that its run does not prolong."""


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
class VisitLease:
    """The right to work on one home at one source until the lease expires.

    `needs_page` False means that an earlier run recorded the listing and died: only its `photos` are missing.
    `attempts` counts the leases since the last good ending, this one included. `listing` is the last known one,
    with those of its photos that are to be fetched; `others` are the home's listings at other sources.
    """

    property_hash: str
    address: str
    slug: str
    source: str
    run_id: str
    holder: str
    attempts: int
    needs_page: bool
    listing: Listing | None = None
    extras: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Listing, ...] = ()

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Photos still to be fetched, in gallery order."""
        return self.listing.photos if self.listing else ()


@dataclass(frozen=True, slots=True)
class Finished:
    """How many of the visit's photos are copies once it is finished, and how many are still to be fetched.

    Where `reopened` is not 0 the visit is pending again: its page need not be read, only those photos are missing.
    """

    duplicates: int
    reopened: int


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

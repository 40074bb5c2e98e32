"""Why a person should look at a home."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Flag(NamedTuple):
    """Raised where there are `more_than` of what it counts. One that `stands` is lowered when that is over; others tell
    what happened once, and are shown for some days.
    """

    more_than: int
    stands: bool
    says: str


REVIEW_FLAGS: Mapping[str, Flag] = MappingProxyType(
    {
        "content_changed": Flag(0, False, "with another picture than before"),
        "many_new": Flag(10, False, "that are new"),
        "many_errors": Flag(3, True, "that could not be had"),
        "shortfall": Flag(0, True, "that pages claim and do not show"),
    }
)
"""By name; `says` follows "2 photos"."""


class ReviewNote(NamedTuple):
    """A flag of a home: `number` of what it counts, as run `run_id` found."""

    property_hash: str
    address: str
    flag: str
    number: int
    run_id: str

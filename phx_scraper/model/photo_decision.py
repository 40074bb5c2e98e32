"""What a person decided about a home's pictures: kept for ever, above what the duplicate rule finds."""

from __future__ import annotations

from typing import NamedTuple

PAIR_VERDICTS = ("duplicate", "not_duplicate")
VERDICTS = (*PAIR_VERDICTS, "hide", "show")


class Sighting(NamedTuple):
    """A picture as a photo showed it when a person decided: hashes are 64 and 16 hex digits."""

    source: str
    key: str
    raw_sha256: str
    phash: str
    dhash: str


class PhotoDecision(NamedTuple):
    """`duplicate` and `not_duplicate` are about two pictures, `hide` and `show` about `one`.

    Of decisions about the same pictures the last one (`number` grows) holds. `said_at` is in seconds since 1970.
    """

    number: int
    verdict: str
    one: Sighting
    other: Sighting | None
    said_at: float

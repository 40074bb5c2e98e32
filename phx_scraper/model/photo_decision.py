"""What a person decided about a home's pictures: kept for ever, above what the duplicate rule finds."""

from __future__ import annotations

from typing import NamedTuple

PAIR_VERDICTS = ("duplicate", "not_duplicate")
VERDICTS = (*PAIR_VERDICTS, "hide", "show")

# What re-encoding of one picture changes of its hashes, in bits of 64.
_SAME_PHASH, _SAME_DHASH = 4, 4


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


class DecisionAcross(NamedTuple):
    """A pair verdict about `one`, a picture of `home`, and `other`, one of `other_home` (labels); as PhotoDecision."""

    number: int
    verdict: str
    home: str
    one: Sighting
    other_home: str
    other: Sighting
    said_at: float


def is_like(said: Sighting, phash: str, dhash: str) -> bool:
    """Whether another file of the same photo looks as it did when a person decided, but for re-encoding."""
    return _bits(said.phash, phash) <= _SAME_PHASH and _bits(said.dhash, dhash) <= _SAME_DHASH


def _bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()

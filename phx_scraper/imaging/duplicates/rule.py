"""The names and hash distances of the two rules for near copies; `grouping.py` decides by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phx_scraper.errors import UsageError

RuleName = Literal["plain", "verified"]


@dataclass(frozen=True)
class Rule:
    """`plain`: both hashes within their distance (bits of 64). `verified`: the aligned pictures agree.

    An unusable name or distance raises UsageError. For a pair in which one picture has no signature the verified rule
    uses the plain one with these distances.
    """

    name: RuleName = "verified"
    distance: int = 8
    dhash_distance: int = 12

    def __post_init__(self) -> None:
        if self.name not in ("plain", "verified"):
            raise UsageError(f"the duplicate rule must be plain or verified, not {self.name!r}")
        if not (0 <= self.distance <= 64 and 0 <= self.dhash_distance <= 64):
            raise UsageError(f"hash distances must lie in 0..64, not {self.distance!r} and {self.dhash_distance!r}")


PLAIN = Rule("plain")
VERIFIED = Rule("verified")

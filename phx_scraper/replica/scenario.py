"""One behaviour that a home presents on purpose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """One behaviour. `share` (0..1) of all homes present it; a home has at most one of an exclusive group.

    `outcome` is the outcome of the visit that it causes, "" for none (Zillow's are in `zillow.presented.OUTCOMES`).
    """

    name: str
    group: str
    share: float
    text: str
    outcome: str = ""

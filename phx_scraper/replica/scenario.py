"""One thing that a home may show on purpose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """One behaviour. `share` is the part of homes that show it; a home shows at most one of an exclusive group.

    `outcome` is how a visit ends because of it, "" where it does not decide that (Zillow's are in its own table).
    """

    name: str
    group: str
    share: float
    text: str
    outcome: str = ""

"""How long a run took for what: its stages one after another, and what its requests and threads took in all."""

from __future__ import annotations

import time
from typing import Any

from phx_scraper.run.resources import RunResources


class RunStages:
    """The clock of one run; the first stage, `starting`, begins when this is made."""

    def __init__(self) -> None:
        self._stage, self._since = "starting", time.monotonic()
        self._took: dict[str, float] = {}

    def next(self, stage: str) -> None:
        """Another stage begins."""
        now = time.monotonic()
        self._took[self._stage] = self._took.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = stage, now

    def seconds(self, run: RunResources) -> dict[str, Any]:
        """Seconds of each stage, the last one so far; those that requests of each source waited for their turn, and
        those that each pool of threads worked. The latter two are sums over things that happen side by side.
        """
        self.next(self._stage)
        return {
            **_rounded(self._took),
            "waiting_for_a_turn": _rounded(run.shared.tally.waited),
            "working": _rounded(run.busy_seconds),
        }


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in seconds.items()}

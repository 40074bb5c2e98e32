"""How fast one client may ask one source: a bucket that leaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BURST = 8
"""Requests that may come at once."""

REST = 30.0
"""Seconds for which a client that was too quick is turned away."""


@dataclass(slots=True)
class _Client:
    level: float = 0.0
    seen: float = 0.0
    walled_until: float = 0.0
    offences: int = 0


class PaceLimit:
    """`seconds` is what a request takes to leak away; 0 lets any pace pass. `clock` counts seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._clients: dict[tuple[str, str], _Client] = {}

    def offences(self, client: str, source: str) -> int:
        """How often the client has asked while it was too quick, this request included; 0 lets it pass."""
        if not self._seconds:
            return 0
        now, state = self._clock(), self._clients.setdefault((client, source), _Client())
        if now >= state.walled_until:
            leaked = (now - state.seen) / self._seconds
            state.level, state.seen, state.offences = max(0.0, state.level - leaked) + 1, now, 0
            if state.level <= BURST:
                return 0
            state.walled_until, state.level = now + REST, 0.0
        state.offences += 1
        return state.offences

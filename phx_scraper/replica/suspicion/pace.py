"""How fast one client may ask one source: a person reads an answer before the next request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_QUICK = 6
"""Requests that may come quickly after the answer before them, less those that did not; one more meets a wall."""

REST = 60.0
"""Seconds for which a client that was too quick is turned away."""


@dataclass(slots=True)
class _Client:
    answered: float = float("-inf")
    quick: int = 0
    walled_until: float = float("-inf")
    offences: int = 0


class PaceLimit:
    """A request is quick that comes less than `seconds` after the answer before it; with 0 none is.

    Counted from the answer, since a slow machine asks slowly without a pause. `clock` counts seconds.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._clients: dict[tuple[str, str], _Client] = {}

    def offences(self, client: str, source: str) -> int:
        """How often the client has asked while it is turned away, this request included; 0 lets it pass."""
        now, state = self._clock(), self._client(client, source)
        if now >= state.walled_until:
            state.quick = max(0, state.quick + (1 if now - state.answered < self._seconds else -1))
            if state.quick <= MOST_QUICK:
                return 0
            state.walled_until, state.quick, state.offences = now + REST, 0, 0
        state.offences += 1
        return state.offences

    def answered(self, client: str, source: str) -> None:
        """An answer to the client has been sent."""
        self._client(client, source).answered = self._clock()

    def _client(self, client: str, source: str) -> _Client:
        return self._clients.setdefault((client, source), _Client())

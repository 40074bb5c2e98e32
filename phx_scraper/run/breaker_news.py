"""What a process heard of a source and has not written yet: it is added to what other processes wrote meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from phx_scraper.run.circuit_breaker import CircuitBreaker, Limits
from phx_scraper.storage.catalogue.breakers import BreakerRow

Word = Callable[[CircuitBreaker], bool]
"""One failure, success or withdrawal, told to a breaker."""


@dataclass(slots=True)
class News:
    """The words, and how the source stood before the first of them, as this process knew it."""

    known: BreakerRow
    on_trial: bool
    words: list[Word]

    def added_to(self, stand: CircuitBreaker) -> CircuitBreaker:
        """How the source stands with the words."""
        for word in self.words:
            word(stand)
        return stand

    def on(self, row: BreakerRow, limits: Limits) -> CircuitBreaker:
        """How the source stands where others have written this row and the words come to it."""
        stand = CircuitBreaker(row, limits)
        stand.on_trial = self.on_trial and row.opened_at is not None
        return self.added_to(stand)

"""What a process heard of a source and has not written yet: it is added to what other processes wrote meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from phx_scraper.run.circuit_breaker import CircuitBreaker
from phx_scraper.storage.catalogue import breakers
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


class Others:
    """Adds news to a row that other processes have changed; `stand` is how the source stands then, None before."""

    def __init__(self, breaker: CircuitBreaker, news: News) -> None:
        self._limits = breaker.limits
        self._news = news
        self.stand: CircuitBreaker | None = None

    def add(self, row: BreakerRow) -> BreakerRow:
        """The row with the news. In the catalogue's thread, where nobody else looks at what it makes."""
        stand = CircuitBreaker(row, self._limits)
        stand.on_trial = self._news.on_trial and row.opened_at is not None
        self.stand = self._news.added_to(stand)
        return stand.row

    def merge(self, tx: Connection, known: BreakerRow, mine: BreakerRow) -> BreakerRow:
        """Note what this process found out, as `mine`; returns how the source stands now.

        Where another process has changed the row that this one knew, the news are added to what stands there.
        """
        found = breakers.read(tx).get(mine.source, BreakerRow(mine.source))
        row = mine if found == known else self.add(found)
        if row != found:
            breakers.write(tx, row)
        return row

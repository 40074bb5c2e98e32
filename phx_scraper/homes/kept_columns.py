"""How much of a list's other columns may be kept with its homes: rows and columns multiply, and so do their names."""

from __future__ import annotations

from collections.abc import Mapping

from phx_scraper.errors import UsageError

MOST_VALUES = 4_000_000
"""Values of other columns than those of the address: a hundred thousand rows of forty columns."""
MOST_CHARACTERS = 64 * 2**20
"""Of these values and their names: each home has its own."""


class KeptColumns:
    """Counts what one list has of them."""

    def __init__(self, most_values: int = MOST_VALUES, most_characters: int = MOST_CHARACTERS) -> None:
        self._most_values, self._most_characters = most_values, most_characters
        self._values = self._characters = 0

    def count(self, extras: Mapping[str, str], name: str) -> None:
        """Add those of a row; `name` is the list's. Raises UsageError for too many."""
        self._values += len(extras)
        self._characters += sum(map(len, extras)) + sum(map(len, extras.values()))
        if self._values > self._most_values:
            self._refuse(name, f"{self._most_values:,} values")
        if self._characters > self._most_characters:
            self._refuse(name, f"{self._most_characters:,} characters, the names of the columns counted in each row,")

    def _refuse(self, name: str, what: str) -> None:
        raise UsageError(
            f"{name} has more than {what} beside its addresses; leave out columns that nobody needs, or split it"
        )

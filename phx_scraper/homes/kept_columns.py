"""How much of a list's other columns may be kept with its homes: rows and columns multiply, and so do their names."""

from __future__ import annotations

from collections.abc import Mapping

from phx_scraper.errors import LongerThanShort, UsageError

MOST_VALUES = 4_000_000
"""Values of other columns than those of the address: a hundred thousand rows of forty columns."""
MOST_CHARACTERS = 64 * 2**20
"""Of these values and their names: each home has its own."""


SHORT_CELLS = 50_000
"""Of a list that is short also once it is read: some thousand addresses with all that lists say of them."""
SHORT_CHARACTERS = 2 * 2**20
"""Of what such a list keeps, counted as for MOST_CHARACTERS."""


class KeptColumns:
    """Counts what one list has of them."""

    def __init__(self, most_values: int = MOST_VALUES, most_characters: int = MOST_CHARACTERS) -> None:
        self._most_values, self._most_characters = most_values, most_characters
        self._values = self._characters = 0

    def begin_row(self, columns: int) -> None:
        """A row is about to be read, which has as many cells as the header, whatever was written."""

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


class ShortList(KeptColumns):
    """The same for one that is read only while it is short. Raises LongerThanShort as soon as it is not."""

    def __init__(self, most_cells: int = SHORT_CELLS, most_characters: int = SHORT_CHARACTERS) -> None:
        super().__init__()
        self._cells_left, self._most = most_cells, most_characters

    def begin_row(self, columns: int) -> None:
        """Rows that name no home count too: reading them takes as long."""
        self._cells_left -= columns
        if self._cells_left < 0:
            raise LongerThanShort

    def count(self, extras: Mapping[str, str], name: str) -> None:
        """Add those of a row."""
        super().count(extras, name)
        if self._characters > self._most:
            raise LongerThanShort

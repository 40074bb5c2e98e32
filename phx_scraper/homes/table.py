"""Rows of a CSV text, whatever its delimiter, each with the number that a spreadsheet shows."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from phx_scraper.errors import UsageError
from phx_scraper.homes.columns import Columns, read_header
from phx_scraper.homes.source_bytes import MAX_BYTES

MAX_LINES_OF_ROW = 50
"""Lines that one row may span by quoted line ends; a longer one is an unclosed quote."""

# The last one occurs in no list: it keeps a one-column list of unquoted addresses whole.
_DELIMITERS = (",", ";", "\t", "|", "\x1f")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row; `problem` says why they cannot be trusted, "" if they can."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def blank(self) -> bool:
        """True for a row without any text."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


def open_table(text: str, name: str) -> tuple[Columns, Iterator[Row]]:
    """The header and the rows after it, blank ones included; raises UsageError for a text without address columns."""
    text = text.lstrip("\ufeff")
    forced, text = _separator_line(text)
    header_row, delimiter, columns = _best_header(text, forced)
    if columns is None or not columns.usable:
        raise UsageError(_no_columns(name, header_row))
    if columns.count == 1:
        delimiter = "\x1f"
    rows = _rows(text, delimiter)
    return columns, itertools.dropwhile(lambda row: row.number <= header_row.number, rows)


def _separator_line(text: str) -> tuple[str, str]:
    """Takes off Excel's own first line "sep=;"; returns the delimiter that it names."""
    line, end, rest = text.partition("\n")
    named = line.strip().strip('"').lower()
    return (named[4], rest) if end and named.startswith("sep=") and len(named) == 5 else ("", text)


def _best_header(text: str, forced: str) -> tuple[Row, str, Columns | None]:
    """The delimiter with which the first row that is not blank names most address columns."""
    found: list[tuple[int, int, Row, str, Columns]] = []
    first = Row(1, [text[:200]])
    for preference, delimiter in enumerate((forced,) if forced else _DELIMITERS):
        header = next((row for row in _rows(text, delimiter) if not row.blank), None)
        if header is None or header.problem:
            continue
        columns = read_header(header.cells)
        found.append((len(columns.address), -preference, header, delimiter, columns))
    if not found:
        return first, ",", None
    _, _, header, delimiter, columns = max(found, key=lambda entry: entry[:2])
    return header, delimiter, columns


def _no_columns(name: str, header: Row) -> str:
    named = ", ".join(" ".join(cell.split())[:30] or "(blank)" for cell in header.cells[:12])
    return (
        f"{name} has no address column in its first line ({ascii(named).strip(chr(39))[:200]});"
        " name a column full_address, or columns street, city, state and zip"
    )


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """All rows; one that cannot be read is given with its problem, and reading goes on at the next line."""
    lines = _Lines(text)
    for number in itertools.count(1):
        row = _next_row(lines, number, delimiter)
        if row is None:
            return
        yield row


def _next_row(lines: _Lines, number: int, delimiter: str) -> Row | None:
    lines.begin_row()
    with _wide_cells():
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
            return None if cells is None else Row(number, cells)
        except csv.Error:
            line = lines.only_first_line()
            cells = next(csv.reader([line], delimiter=delimiter), [])
            # Quotes in pairs are a slip inside one cell; an odd one would swallow the rows that follow.
            problem = "a quote is opened and not closed" if line.count('"') % 2 else ""
            return Row(number, cells, problem)


class _Lines:
    """The lines of a text as csv.reader asks for them, with a way back to the line where the row began."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._start = 0
        self._given = 0

    def begin_row(self) -> None:
        """Marks where the next row begins."""
        self._start, self._given = self._position, 0

    def only_first_line(self) -> str:
        """The row's first line; the row after it begins on the next line, whatever was read since."""
        self._position, self._given = self._start, 0
        return next(self, "")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._given += 1
        if self._given > MAX_LINES_OF_ROW:
            raise csv.Error("too many lines")
        match = _LINE.match(self._text, self._position)
        if match is None or not match[0]:
            raise StopIteration
        self._position = match.end()
        return match[0]


@contextmanager
def _wide_cells() -> Iterator[None]:
    """Lets csv read cells of any size that the file may have: ours is the limit that names the row."""
    before = csv.field_size_limit(MAX_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)

"""Rows of a CSV text with any usual delimiter, each with the number that a spreadsheet shows."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from phx_scraper.errors import AddressError, UsageError
from phx_scraper.homes.address import parse_address
from phx_scraper.homes.csv_columns import Columns, read_header
from phx_scraper.homes.csv_header import is_other_partys_address
from phx_scraper.homes.input_bytes import MAX_BYTES

MAX_TITLE_LINES = 4
"""Lines with text that may stand above the header."""
MAX_COLUMNS = 2000
"""Of a header; lists of real estate have some hundred."""
_SAMPLE_ROWS = 10
MAX_LINES_OF_ROW = 50
"""Lines that one row may span by quoted line ends; a longer one is an unclosed quote."""

# The last one occurs in no list: with it a row of unquoted addresses is one cell.
_NO_DELIMITER = "\x1f"
_DELIMITERS = (",", ";", "\t", "|", _NO_DELIMITER)
_OTHER_DELIMITER = re.compile(r"[;\t|]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row; `problem` says why they cannot be used, "" if they can."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def blank(self) -> bool:
        """True for a row without any text."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class _Header:
    row: Row
    delimiter: str
    columns: Columns


def read_table(text: str, name: str) -> tuple[Columns, Iterator[Row]]:
    """The header and the rows after it, blank ones included; raises UsageError for a text without address columns.

    Lines above the header (a title) are left out. A list of full addresses needs no header, but under a header of
    owners' addresses only it is not a list of homes.
    """
    text = text.lstrip("\ufeff")
    forced, text = _separator_line(text)
    found = _headers(text, forced)
    header = next((header for header in found if header.columns.usable), None)
    if header is None:
        _check_width(text, name)
    if header is None and not any(is_other_partys_address(cell) for cells in _first_cells(found) for cell in cells):
        header = _headless(text)
    if header is None:
        raise UsageError(_no_columns(name, next(iter(_first_cells(found)), [text[:200]])))
    delimiter = _NO_DELIMITER if header.columns.count == 1 else header.delimiter
    return header.columns, itertools.dropwhile(lambda row: row.number <= header.row.number, _rows(text, delimiter))


def _separator_line(text: str) -> tuple[str, str]:
    """Removes Excel's first line "sep=;"; returns the delimiter that it names."""
    line, end, rest = text.partition("\n")
    named = line.strip().strip('"').lower()
    return (named[4], rest) if end and named.startswith("sep=") and len(named) == 5 else ("", text)


def _headers(text: str, forced: str) -> list[_Header]:
    """The first rows read as headers, most likely first; a single word may as well be a title ("Properties")."""
    found: list[tuple[bool, int, int, int, _Header]] = []
    for preference, delimiter in enumerate((forced,) if forced else _DELIMITERS):
        rows = itertools.islice((row for row in _rows(text, delimiter) if not row.blank), MAX_TITLE_LINES + 1)
        for row in rows:
            if not row.problem and len(row.cells) <= MAX_COLUMNS:
                columns = read_header(row.cells)
                count = columns.address_count
                found.append((count < 2, row.number, -count, preference, _Header(row, delimiter, columns)))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:4])]


def _check_width(text: str, name: str) -> None:
    """Raises UsageError where the first line has too many columns to be read as a header."""
    first = (next((row for row in _rows(text, delimiter) if not row.blank), None) for delimiter in _DELIMITERS)
    widest = max((len(row.cells) for row in first if row), default=0)
    if widest > MAX_COLUMNS:
        raise UsageError(f"{name} has {widest:,} columns, more than {MAX_COLUMNS:,}; leave out those that name no home")


def _headless(text: str) -> _Header | None:
    """One column for the whole line, if at least half of the first lines are full addresses."""
    rows = list(itertools.islice((row for row in _rows(text, _NO_DELIMITER) if not row.blank), _SAMPLE_ROWS))
    if sum(map(_is_address, rows)) * 2 < len(rows) or not rows:
        return None
    return _Header(Row(0, []), _NO_DELIMITER, read_header(["full_address"]))


def _is_address(row: Row) -> bool:
    if row.problem or _OTHER_DELIMITER.search(row.cells[0]):
        return False
    try:
        parse_address(row.cells[0])
    except AddressError:
        return False
    return True


def _first_cells(headers: list[_Header]) -> list[list[str]]:
    return [header.row.cells for header in sorted(headers, key=lambda header: header.row.number)]


def _no_columns(name: str, cells: list[str]) -> str:
    named = ", ".join(" ".join(cell.split())[:30] or "(blank)" for cell in cells[:12])
    return (
        f"{name} has no address column in its first line ({ascii(named).strip(chr(39))[:200]});"
        " name a column full_address, or columns street, city, state and zip"
    )


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """All rows; one that cannot be read has a `problem`, and reading continues at the next line."""
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
            # Quotes in pairs are a mistake inside one cell; an odd one would include the rows that follow.
            problem = "a quote is opened and not closed" if line.count('"') % 2 else ""
            return Row(number, cells, problem)


class _Lines:
    """The lines of a text for csv.reader, which can go back to the line where the row began."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._start = 0
        self._given = 0

    def begin_row(self) -> None:
        """Marks where the next row begins."""
        self._start, self._given = self._position, 0

    def only_first_line(self) -> str:
        """The row's first line; the next row begins on the line after it, even if more lines were read."""
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
    """Raises csv's limit for the size of a cell to that of the file: our own limit names the row."""
    before = csv.field_size_limit(MAX_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)

"""Lists of homes: a CSV file, standard input, bytes, addresses written in one line, or a program's list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from phx_scraper.errors import AddressError, EmptyList, UsageError
from phx_scraper.homes.address import parse_address
from phx_scraper.homes.csv_columns import Columns, read_header
from phx_scraper.homes.csv_encoding import decode
from phx_scraper.homes.csv_rows import Row, read_table
from phx_scraper.homes.input_bytes import Source, read_source
from phx_scraper.homes.kept_columns import KeptColumns
from phx_scraper.homes.listed_home import Home, RowError
from phx_scraper.homes.merge_rows import ReadRow, merge_rows
from phx_scraper.homes.placeholders import clean_nonzero_cell
from phx_scraper.homes.row_address import read_row_address

MAX_ROWS = 100_000
"""Rows (without header and blank ones) of the longest list that is read."""
MAX_CELL = 32_767
"""Characters of the longest cell: what a spreadsheet can hold."""
_TEXT_SHOWN = 200
_PARTS = read_header(["street", "city", "state", "zip"])


def read_addresses(source: Source, kept: KeptColumns | None = None) -> tuple[list[Home], list[RowError]]:
    """Reads a list of homes from a path, "-" (standard input), bytes or an open binary file.

    UTF-8, UTF-16 or Windows-1252; separated by comma, semicolon, tab or bar; columns `street,city,state,zip` (or
    `zip_code`) and/or `full_address`, the others kept as extras. Duplicates are merged. Rows that cannot be read are
    returned beside the homes, in row order. Raises UsageError for a list that as a whole cannot be read, or has more
    extras than `kept` allows.
    """
    data, name = read_source(source)
    columns, rows = read_table(decode(data, name), name)
    return _collect(columns, rows, name, kept)


def parse_inline(text: str) -> tuple[list[Home], list[RowError]]:
    """Reads addresses separated by ";"; rows are numbered from 1. Raises UsageError where there is none."""
    texts = [(number, part.strip()) for number, part in enumerate(text.split(";"), 1) if part.strip()]
    if not texts:
        raise UsageError('no address was given; write it as in address="4732 W Davis Rd, Glendale, AZ 85306"')
    read: list[ReadRow] = []
    errors: list[RowError] = []
    for number, part in texts:
        try:
            read.append(ReadRow(number, parse_address(part), {}, _shown(part)))
        except AddressError as error:
            errors.append(RowError(number, str(error), _shown(part)))
    homes, more = merge_rows(read)
    return homes, _in_order(errors + more)


def read_given(given: Sequence[str | Mapping[str, str]]) -> tuple[list[Home], list[RowError]]:
    """Reads addresses that a program gives: full ones, or `street`, `city`, `state` and `zip`; numbered from 1.

    Raises UsageError for more than MAX_ROWS.
    """
    if len(given) > MAX_ROWS:
        raise UsageError(f"the list has {len(given):,} addresses, more than {MAX_ROWS:,}; split it into smaller lists")
    read: list[ReadRow] = []
    errors: list[RowError] = []
    for number, entry in enumerate(given, 1):
        cells = [entry] if isinstance(entry, str) else [entry.get(name, "") for name in _PARTS.headers]
        try:
            for index, cell in enumerate(cells):
                _check_cell(cell, index + 1)
            address = parse_address(entry) if isinstance(entry, str) else read_row_address(_PARTS, cells)
            read.append(ReadRow(number, address, {}, _shown(", ".join(cells))))
        except AddressError as error:
            errors.append(RowError(number, str(error), _shown(", ".join(cell[:_TEXT_SHOWN] for cell in cells))))
    homes, more = merge_rows(read)
    return homes, _in_order(errors + more)


def _collect(
    columns: Columns, rows: Iterator[Row], name: str, kept: KeptColumns | None
) -> tuple[list[Home], list[RowError]]:
    read: list[ReadRow] = []
    errors: list[RowError] = []
    for row in rows:
        if row.blank:
            continue
        if len(read) + len(errors) == MAX_ROWS:
            raise UsageError(f"{name} has more than {MAX_ROWS:,} rows; split it into smaller lists")
        if kept is not None:
            kept.begin_row(columns.count)
        try:
            read.append(_read_row(columns, row))
            if kept is not None:
                kept.count(read[-1].extras, name)
        except AddressError as error:
            shown = _shown(", ".join(cell[:_TEXT_SHOWN] for cell in row.cells))
            errors.append(RowError(row.number, str(error), shown, _shown(columns.read)))
    if not read and not errors:
        raise EmptyList(f"{name} has a header line but no rows; add one row per home")
    homes, more = merge_rows(read)
    return homes, _in_order(errors + more)


def _read_row(columns: Columns, row: Row) -> ReadRow:
    if row.problem:
        raise AddressError(row.problem)
    cells = _fitted(columns, row.cells)
    for index, cell in enumerate(cells):
        _check_cell(cell, index + 1)
    address = read_row_address(columns, cells)
    extras = {name: cells[index].strip() for index, name in columns.extras.items()}
    maybe = {columns.headers[index]: clean_nonzero_cell(cells[index]).lower() for index in columns.maybe_units}
    return ReadRow(row.number, address, extras, _shown(", ".join(cell for cell in cells if cell.strip())), maybe)


def _fitted(columns: Columns, cells: list[str]) -> list[str]:
    """As many cells as the header has; an unquoted full_address in the last column is joined again with commas."""
    cells = cells + [""] * (columns.count - len(cells))
    surplus = [cell for cell in cells[columns.count :] if cell.strip()]
    cells = cells[: columns.count]
    if surplus and columns.takes_surplus:
        cells[-1] = ", ".join([cells[-1], *surplus])
    elif surplus:
        raise AddressError(
            f"the row has {columns.count + len(surplus)} cells where the header has {columns.count};"
            " put quotes around a cell with the delimiter in it"
        )
    return cells


def _check_cell(cell: str, number: int) -> None:
    if "\0" in cell:
        raise AddressError(f"cell {number} has a zero byte in it")
    if len(cell) > MAX_CELL:
        raise AddressError(f"cell {number} has {len(cell):,} characters, more than {MAX_CELL:,}")


def _shown(text: str) -> str:
    """The text on one line, shortened, without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: _TEXT_SHOWN * 2]).split())
    return line if len(line) <= _TEXT_SHOWN else f"{line[: _TEXT_SHOWN - 1]}…"


def _in_order(errors: list[RowError]) -> list[RowError]:
    return sorted(errors, key=lambda error: error.row)

"""The address in the cells of one row: lines, parts, units and places, which must agree with one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes.address import Address, parse_address, require_unambiguous
from phx_scraper.homes.address_words import address_words
from phx_scraper.homes.arizona_cities import is_city
from phx_scraper.homes.canonical_form import street_key
from phx_scraper.homes.csv_columns import PIECES, Columns
from phx_scraper.homes.last_line import pad_zip
from phx_scraper.homes.placeholders import clean_cell, clean_nonzero_cell
from phx_scraper.homes.street import has_own_number
from phx_scraper.homes.unit_cells import read_unit_cell
from phx_scraper.homes.units import combine_units
from phx_scraper.homes.usps import STATES

_ZIP = re.compile(r"[0-9]{5}([- ]?[0-9]{4})?")
_ZIP_AT_END = re.compile(r"[0-9]{5}(?:[- ]?[0-9]{4})?\W*$|(?:USA|US|United States)\W*$", re.IGNORECASE)
_UNIT_VALUE = re.compile(r"(?:apt|apartment|unit|ste|suite)\.? *#? *(?:[a-z]|[a-z]?-?[0-9]+-?[a-z]?)", re.IGNORECASE)
_LONGEST_UNIT = 20
_SHORT_ZIP = re.compile(r"[0-9]{1,4}")


def read_row_address(columns: Columns, cells: Sequence[str]) -> Address:
    """Reads the address of a row.

    Raises AddressError for an unreadable address, for two columns with different homes, and for a unit that cannot be
    read or may belong to another address: a unit is never left out.
    """
    _refuse_unclear(columns, cells)
    lines, rest = _lines(columns, cells), _place(columns, cells)
    if not lines:
        raise AddressError(_no_address(columns))
    units, more = _units(columns, cells, bool(rest))
    read = [address for line in lines if (address := _read(line, more or rest, len(lines) == 1))]
    if not read:
        read = [_read_whole(lines[0], more or rest)]
    # Each with its unit: where the whole address names it, the same address in pieces has it in a column of its own.
    address = _agreed([_with_units(one, units) for one in read])
    return require_unambiguous(address) if any(units) else address


def _refuse_unclear(columns: Columns, cells: Sequence[str]) -> None:
    for index in columns.unclear:
        if clean_nonzero_cell(cells[index]):
            raise AddressError(
                f"it cannot be told of which address the column {columns.headers[index]} is; name it Property Unit or"
                " Mailing Unit"
            )
    for index in columns.unknown:
        cell = cells[index].strip()
        if len(cell) < _LONGEST_UNIT and _UNIT_VALUE.fullmatch(cell):
            raise AddressError(f"the column {columns.headers[index]} says {cell!r}, a unit; name that column Unit")


def _lines(columns: Columns, cells: Sequence[str]) -> list[str]:
    """The cells with a street line or full address, the pieces put together among them."""
    lines = [line for index in columns.lines if (line := clean_cell(cells[index]))]
    pieces = {name: clean_cell(cells[columns.pieces[name]]) for name in PIECES if name in columns.pieces}
    number, count = pieces.pop("number", ""), pieces.pop("count", "")
    if "name" in columns.pieces:
        if number and not pieces["name"]:
            raise AddressError(f"no street name: the column {columns.headers[columns.pieces['name']]} is empty")
        together = " ".join(piece for piece in (number, *pieces.values()) if piece)
        return [*lines, together] if together else lines
    starts = [line if not number or line.split()[0] == number else f"{number} {line}" for line in lines]
    starts = [line if not count or has_own_number(line) else f"{count} {line}" for line in starts]
    return starts or ([number] if number else [])


def _no_address(columns: Columns) -> str:
    named = [columns.headers[index] for index in (*columns.lines, *columns.pieces.values())]
    are = f"the column {named[0]} is" if len(named) == 1 else f"the columns {' and '.join(named)} are"
    return f"no address in the row: {are} empty"


def _place(columns: Columns, cells: Sequence[str]) -> str:
    """City, state and zip as the end of an address."""
    found = {name: clean_nonzero_cell(cells[index]) for name, index in columns.places.items()}
    code = found.get("city_code", "")
    city = found.get("city") or (code if is_city(code.upper().split()) else "")
    state = found.get("state", "")
    last = f"{state} {_zip(found.get('zip', ''), state)}".strip()
    return ", ".join(part for part in (city, last or found.get("last_line", "")) if part)


def _zip(text: str, state: str) -> str:
    """The zip cell with the leading zeros that a spreadsheet removed, where the state's zips have them."""
    if not text or _ZIP.fullmatch(text):
        return text
    if _SHORT_ZIP.fullmatch(text):
        return pad_zip(text, STATES.get(state.upper(), ""))
    raise AddressError(f"the zip {text[:20]!r} has not 5 digits")


def _units(columns: Columns, cells: Sequence[str], placed: bool) -> tuple[list[str], str]:
    """The units of the row, and the second address line where that is city, state and zip."""
    units: list[str] = []
    more = ""
    for index, part in columns.units.items():
        cell = clean_nonzero_cell(cells[index])
        try:
            units.append(read_unit_cell(cell, "BLDG" if part == "building" else "#"))
        except AddressError as error:
            if part != "line" or placed or more:
                raise AddressError(f"the column {columns.headers[index]} says {cell[:40]!r}: {error}") from error
            more = cell
    return units, more


def _read(line: str, place: str, only: bool) -> Address | None:
    """The address of a line; None for a line without any number where another column may have the address."""
    if not only and not any(character.isdigit() for character in line):
        return None
    return _read_whole(line, place)


def _read_whole(line: str, place: str) -> Address:
    """A street line with its place, or a full address that its place does not contradict."""
    full = _full_address(line)
    if full is None:
        return parse_address(f"{line}, {place}" if place else line)
    return _agreed([full, _at_place(full, place)]) if place else full


def _full_address(line: str) -> Address | None:
    """The line as a full address, with a zip or with a city behind a comma; None for a street line."""
    if "," not in line and not _ZIP_AT_END.search(line):
        return None
    try:
        address = parse_address(line)
    except AddressError:
        return None
    return address if address.zip or len(address_words(line)) > 1 else None


def _at_place(address: Address, place: str) -> Address:
    """The same street in the city, state and zip of the other columns."""
    state = STATES.get(place.upper())
    if state:
        return replace(address, state=state)
    there = parse_address(f"1 Main St, {place}")
    return replace(address, city=there.city, state=there.state, zip=there.zip)


def _agreed(read: Sequence[Address]) -> Address:
    """Combines equal addresses, each filling the gaps of the others; raises AddressError where they differ."""
    first = read[0]
    for other in read[1:]:
        if not _compatible(first, other):
            raise AddressError(
                f"one column says {first.canonical!r} but the other columns say {other.canonical!r}; correct one"
            )
        first = replace(
            first, city=first.city or other.city, state=first.state or other.state, zip=first.zip or other.zip
        )
    return first


def _compatible(a: Address, b: Address) -> bool:
    """Whether street and unit are equal; one zip may have two city names, the post office's and the town's."""
    if street_key(a) != street_key(b) or (a.state and b.state and a.state != b.state):
        return False
    return a.zip == b.zip if a.zip and b.zip else not a.city or not b.city or a.city == b.city


def _with_units(address: Address, units: Sequence[str]) -> Address:
    return replace(address, unit=combine_units([address.unit, *units]))

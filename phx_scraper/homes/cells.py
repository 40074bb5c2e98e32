"""From the cells of one row to an address: the full one, the one in parts, or both where they agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from phx_scraper.errors import AddressError
from phx_scraper.homes.address import Address, parse_address
from phx_scraper.homes.identity import street_key
from phx_scraper.homes.locality import pad_zip
from phx_scraper.homes.usps import STATES

_FORMULA_TEXT = re.compile(r'="(.*)"')
_FLOAT = re.compile(r"([0-9]{3,9})\.0*")
_SHORT_ZIP = re.compile(r"[0-9]{3,4}")


def address_of(cells: Mapping[str, str]) -> Address:
    """Reads the address cells of a row, keyed full_address, street, unit, city, state, zip.

    Raises AddressError for an unreadable address, and where the full address and the parts are of different homes.
    """
    cells = {name: _plain_cell(text) for name, text in cells.items()}
    full, parts = cells.get("full_address", ""), _join_parts(cells)
    if not full:
        return parse_address(parts)
    return _agreed(full, parts) if cells.get("street") else parse_address(full)


def _plain_cell(text: str) -> str:
    """The cell without spaces around it and without the wrapping by which spreadsheets keep a number as text."""
    text = text.strip()
    match = _FORMULA_TEXT.fullmatch(text)
    return match[1].strip() if match else text.removeprefix("'")


def _join_parts(cells: Mapping[str, str]) -> str:
    street, city, state = (cells.get(name, "") for name in ("street", "city", "state"))
    unit = cells.get("unit", "").lstrip("# ")
    if unit:
        street = f"{street} Unit {unit}" if unit[0].isdigit() or len(unit) == 1 else f"{street} {unit}"
    last = f"{state} {_zip(cells.get('zip', ''), state)}".strip()
    return ", ".join(part for part in (street, city, last) if part)


def _zip(text: str, state: str) -> str:
    """The zip cell with what spreadsheets did to it undone: "85306.0" and dropped leading zeros."""
    match = _FLOAT.fullmatch(text)
    digits = match[1] if match else text
    return pad_zip(digits, STATES.get(state.upper(), "")) if _SHORT_ZIP.fullmatch(digits) else digits


def _agreed(full: str, parts: str) -> Address:
    """The address that both texts give; where one cannot be read, the other counts."""
    try:
        from_full = parse_address(full)
    except AddressError:
        return parse_address(parts)
    try:
        from_parts = parse_address(parts)
    except AddressError:
        return from_full
    if not _compatible(from_full, from_parts):
        raise AddressError(
            f"full_address says {from_full.canonical!r} but the other columns say {from_parts.canonical!r}; correct one"
        )
    return replace(
        from_full,
        city=from_full.city or from_parts.city,
        state=from_full.state or from_parts.state,
        zip=from_full.zip or from_parts.zip,
    )


def _compatible(a: Address, b: Address) -> bool:
    pairs = ((a.city, b.city), (a.state, b.state), (a.zip, b.zip))
    return street_key(a) == street_key(b) and all(not x or not y or x == y for x, y in pairs)

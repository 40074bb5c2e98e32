"""Merges the rows of one home, whatever their spelling and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from phx_scraper.homes.address import Address
from phx_scraper.homes.canonical_form import same_address, street_key
from phx_scraper.homes.listed_home import Home, RowError, home_at


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose address was read; `text` is kept for messages.

    `maybe_units` are cells, by header, that may be a unit or something else: a lot, a door, a floor.
    """

    number: int
    address: Address
    extras: dict[str, str]
    text: str
    maybe_units: Mapping[str, str] = field(default_factory=dict)


def merge_rows(rows: Iterable[ReadRow]) -> tuple[list[Home], list[RowError]]:
    """Homes in the order of their first rows, and errors for rows that could be one of several homes."""
    rows = list(rows)
    groups = _group_by_zip(row for row in rows if row.address.zip)
    without_zip, errors = _attach([row for row in rows if not row.address.zip], groups)
    found = [*groups.values(), *without_zip]
    errors += [error for group in found for error in _unit_conflicts(group)]
    left_out = {error.row for error in errors}
    groups_left = [left for group in found if (left := [row for row in group if row.number not in left_out])]
    return sorted((_home(group) for group in groups_left), key=lambda home: home.rows[0]), errors


def _unit_conflicts(group: list[ReadRow]) -> list[RowError]:
    """Errors for rows of one address that may be several units; each row gets one, as none is more likely right."""
    for header in dict.fromkeys(header for row in group for header in row.maybe_units):
        values = {cell for row in group if (cell := row.maybe_units.get(header))}
        if len(values) > 1:
            reason = f"rows of one address differ in the column {header}; name it Unit if that is what it is"
            return [RowError(row.number, reason, row.text) for row in group]
    return []


def _group_by_zip(rows: Iterable[ReadRow]) -> dict[tuple[str, str], list[ReadRow]]:
    groups: dict[tuple[str, str], list[ReadRow]] = {}
    for row in rows:
        groups.setdefault((street_key(row.address), row.address.zip), []).append(row)
    return groups


def _attach(
    rows: list[ReadRow], groups: dict[tuple[str, str], list[ReadRow]]
) -> tuple[list[list[ReadRow]], list[RowError]]:
    """Adds each row without zip to the one home that it fits; the rest form groups of their own."""
    by_street: dict[str, list[list[ReadRow]]] = {}
    for (street, _), group in groups.items():
        by_street.setdefault(street, []).append(group)
    own: dict[str, list[list[ReadRow]]] = {}
    errors: list[RowError] = []
    # Rows with a state come first, so that the result does not depend on the order of the list.
    for row in sorted(rows, key=lambda row: not row.address.state):
        street = street_key(row.address)
        fitting = [group for group in by_street.get(street, []) if _fits(row, group)]
        if len(fitting) > 1:
            numbers = " and ".join(str(group[0].number) for group in fitting[:2])
            errors.append(RowError(row.number, f"without a zip it could be the home of row {numbers}", row.text))
        elif fitting:
            fitting[0].append(row)
        else:
            _join(row, own.setdefault(street, []))
    return [group for found in own.values() for group in found], errors


def _fits(row: ReadRow, group: list[ReadRow]) -> bool:
    return any(same_address(row.address, other.address) for other in group if other.address.zip)


def _join(row: ReadRow, groups: list[list[ReadRow]]) -> None:
    """Adds the row to its home; without a state, to the home in Arizona where several states have one."""
    fitting = [group for group in groups if same_address(row.address, group[0].address)]
    if fitting:
        next((group for group in fitting if group[0].address.state == "AZ"), fitting[0]).append(row)
    else:
        groups.append([row])


def _home(group: list[ReadRow]) -> Home:
    """One home of all rows: the most complete address, the first row's columns, gaps filled from later rows.

    Of equally complete addresses the first by alphabet is used, so that the order of rows does not matter.
    """
    group = sorted(group, key=lambda row: row.number)
    best = min(group, key=lambda row: (*_gaps(row.address), row.address.canonical))
    extras: dict[str, str] = {}
    for row in group:
        extras |= {name: value for name, value in row.extras.items() if not extras.get(name)}
    return home_at(best.address, tuple(row.number for row in group), extras)


def _gaps(address: Address) -> tuple[bool, bool, bool]:
    return not address.zip, not address.city, not address.state

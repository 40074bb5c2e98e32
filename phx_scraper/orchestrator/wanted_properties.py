"""The properties that a caller names, read one by one, and handed to a crawl as a list of homes."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phx_scraper.errors import AddressError, UsageError
from phx_scraper.homes.csv_columns import read_header
from phx_scraper.orchestrator.listed_property import Property

Wanted = Property | str | Mapping[str, Any]
"""A home as programs name it: a row may be any object with `items()`."""

_ADDRESS = "full_address"
_NAMED_AT_MOST = 3


def wanted_property(wanted: Wanted) -> Property:
    """One property from whatever names it. Raises AddressError, and UsageError for what names none."""
    if isinstance(wanted, Property):
        return wanted
    if isinstance(wanted, str):
        return Property.from_text(wanted)
    if not hasattr(wanted, "items"):
        raise UsageError(f"{wanted!r} names no property: give a Property, the text of an address or a row")
    return Property.from_row(wanted)


def wanted_properties(wanted: Iterable[Wanted]) -> list[Property]:
    """All of them. Raises UsageError where they are no list, AddressError naming those that cannot be read."""
    _check_list(wanted)
    found: list[Property] = []
    wrong: list[str] = []
    for number, one in enumerate(wanted, 1):
        try:
            found.append(wanted_property(one))
        except AddressError as error:
            wrong.append(f"number {number}, {error}")
    if wrong:
        more = f"; and {len(wrong) - _NAMED_AT_MOST} more" if len(wrong) > _NAMED_AT_MOST else ""
        raise AddressError("; ".join(wrong[:_NAMED_AT_MOST]) + more)
    return found


def _check_list(wanted: Any) -> None:
    if hasattr(wanted, "iterrows"):
        raise UsageError('properties is a table: give its rows, table.to_dict("records")')
    if isinstance(wanted, Property | str | bytes | Mapping) or not isinstance(wanted, Iterable):
        raise UsageError(f"properties is no list but {str(wanted)[:60]!r}: give a list, [property]")


@contextmanager
def written_list(wanted: Sequence[Property]) -> Iterator[Path]:
    """A list of homes that a crawl can read, as long as it is needed. Raises UsageError."""
    extras = sorted({name for one in wanted for name in one.extras})
    for name in extras:
        if name not in read_header([_ADDRESS, name]).extras.values():
            raise UsageError(f"extras: {name!r} would be read as a part of the address; give it another name")
    with tempfile.TemporaryDirectory(prefix="phx-properties-") as folder:
        path = Path(folder) / "properties.csv"
        with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
            rows = csv.DictWriter(file, [_ADDRESS, *extras])
            rows.writeheader()
            rows.writerows({**one.extras, _ADDRESS: one.full_address} for one in wanted)
        yield path

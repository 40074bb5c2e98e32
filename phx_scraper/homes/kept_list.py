"""A list of homes that were read before, handed on to be read exactly so: nothing of it is guessed from a header."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from phx_scraper.errors import AddressError, UsageError
from phx_scraper.homes.address import parse_address
from phx_scraper.homes.listed_home import Home, RowError, home_at

SUFFIX = ".phx-homes"
"""By which such a file is known: a person's list is a CSV, whatever its name."""


def is_kept_list(path: str | Path) -> bool:
    """Whether the path is that of such a list."""
    return str(path).endswith(SUFFIX)


def write_kept_list(path: Path, homes: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Write addresses, each with the other columns that its own row had, as lines of JSON."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps([address, dict(extras)]) + "\n" for address, extras in homes)


def read_kept_list(path: str | Path) -> tuple[list[Home], list[RowError]]:
    """The homes, one for each line, and the lines that name none any more. Raises UsageError for another file."""
    homes: list[Home] = []
    errors: list[RowError] = []
    for number, (address, extras) in enumerate(_lines(Path(path)), 1):
        try:
            homes.append(_home(number, address, extras))
        except AddressError as error:
            errors.append(RowError(number, str(error), address))
    return homes, errors


def _lines(path: Path) -> list[tuple[str, dict[str, str]]]:
    try:
        # Not splitlines(): an address may hold what that takes for the end of a line.
        told = path.read_text(encoding="utf-8").split("\n")
        return [(str(address), dict(extras)) for address, extras in (json.loads(line) for line in told if line)]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} is no list of homes that was kept: {error}") from error


def _home(number: int, address: str, extras: dict[str, str]) -> Home:
    read = parse_address(address)
    if read.canonical != address:
        raise AddressError(f"it would be read as {read.canonical!r}; write the address in full")
    return home_at(read, (number,), extras)

"""A home as a program names it, and the reader of a list of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phx_scraper.errors import AddressError
from phx_scraper.homes import Home, RowError, parse_inline, read_addresses


@dataclass(frozen=True, slots=True)
class Property:
    """A home by its postal address; `extras` are further columns, kept as metadata.

    Raises AddressError for parts that are no readable address together.
    """

    street: str
    city: str = ""
    state: str = "AZ"
    zip_code: str = ""
    extras: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for name in ("street", "city", "state", "zip_code"):
            object.__setattr__(self, name, _cell(getattr(self, name)))
        object.__setattr__(self, "extras", {str(name): _cell(value) for name, value in self.extras.items()})
        self.home()

    @classmethod
    def from_text(cls, text: str) -> Property:
        """The home at one written address. Raises AddressError."""
        return cls._of(_one(text))

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Property:
        """The home of a row with the columns of a list of addresses. Raises AddressError."""
        written = {str(name): _cell(value) for name, value in row.items()}
        text = io.StringIO()
        rows = csv.DictWriter(text, written)
        rows.writeheader()
        rows.writerow(written)
        return cls._of(_only(*read_addresses(text.getvalue().encode()), str(dict(row))))

    @property
    def full_address(self) -> str:
        """The address in the form that catalogue and files use."""
        return self.home().address

    @property
    def property_hash(self) -> str:
        """The identity of the home, as in file names: 8 hex digits or more."""
        return self.home().property_hash

    def home(self) -> Home:
        """The home that the parts name. Raises AddressError."""
        place = " ".join(part for part in (self.state, self.zip_code) if part)
        text = ", ".join(part for part in (self.street, self.city, place) if part)
        return _one(text)

    @classmethod
    def _of(cls, home: Home) -> Property:
        return cls(home.street, home.city, home.state, home.zip, dict(home.extras))


def _cell(value: Any) -> str:
    """A value as a list of homes writes it; what tables put where nothing is (None, NaN, NA, NaT) is empty."""
    if value is None or (not isinstance(value, str) and str(value).lower() in {"nan", "<na>", "nat"}):
        return ""
    # A column of numbers in which one is missing holds floats.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _one(text: str) -> Home:
    # A semicolon would part two addresses.
    return _only(*(parse_inline(text.replace(";", ",")) if text.strip() else ([], [])), text)


def _only(homes: list[Home], errors: list[RowError], text: str) -> Home:
    if len(homes) == 1 and not errors:
        return homes[0]
    why = errors[0].reason if errors else "it names no home, or several"
    raise AddressError(f"{text!r} is no readable address: {why}; write 4732 W Davis Rd, Glendale, AZ 85306")


class PropertyLoader:
    """Reads lists of homes. `errors` has the rows that the last list had and that could not be read."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []

    def load_from_csv(self, path: str | Path) -> list[Property]:
        """The homes of a CSV, in its order, each once. Raises UsageError for a file that cannot be read."""
        homes, self.errors = read_addresses(path)
        return [Property._of(home) for home in homes]

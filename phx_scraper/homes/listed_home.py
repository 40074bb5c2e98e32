"""Results of reading a list of homes: homes, and errors for rows that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from phx_scraper.homes.address import Address
from phx_scraper.homes.canonical_form import hash_of, slug_of


@dataclass(frozen=True, slots=True)
class Home:
    """One home to collect: a postal address with its identity.

    `address` is the canonical full address; `rows` are the 1-based row numbers that named it, as a spreadsheet shows
    them (the header is row 1; more than one = merged duplicates); `extras` holds the list's other columns as text.
    """

    address: str
    property_hash: str
    parsed: Address
    rows: tuple[int, ...]
    extras: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Name for folders and URLs, only `[a-z0-9-]`."""
        return slug_of(self.parsed)

    @property
    def street(self) -> str:
        """The street line with the unit."""
        return self.parsed.street

    @property
    def city(self) -> str:
        """The city, "" where the list had none."""
        return self.parsed.city

    @property
    def state(self) -> str:
        """The two-letter state code, "" where the list had none."""
        return self.parsed.state

    @property
    def zip(self) -> str:
        """The five-digit zip, "" where the list had none."""
        return self.parsed.zip


@dataclass(frozen=True, slots=True)
class RowError:
    """A row without a home: its 1-based number, the reason as a clause, and the row's text (shortened).

    `columns` names the columns that were read for an address, "" for a list without header.
    """

    row: int
    reason: str
    text: str
    columns: str = field(default="", compare=False)


def home_at(address: Address, rows: tuple[int, ...], extras: dict[str, str] | None = None) -> Home:
    """The home at an address already read."""
    return Home(address.canonical, hash_of(address), address, rows, extras or {})

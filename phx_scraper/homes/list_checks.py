"""What is to be said of a list of homes before anybody is asked: rows left out, rows of one home, labels shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from phx_scraper.homes.listed_home import Home, RowError
from phx_scraper.model.checks import Finding


def list_findings(homes: Sequence[Home], errors: Iterable[RowError]) -> Iterator[Finding]:
    """What the checks find in a list that was read."""
    for error in errors:
        yield unusable_row(error.row, error.reason, error.text)
    for home in homes:
        if len(home.rows) > 1:
            yield duplicate_rows(home.address, home.rows)
    by_label: dict[str, list[str]] = {}
    for home in homes:
        by_label.setdefault(home.property_hash, []).append(home.address)
    for label, addresses in by_label.items():
        if len(addresses) > 1:
            yield Finding("shared_label", label, "; ".join(addresses))


def unusable_row(row: int, reason: str, text: str = "") -> Finding:
    """A row that names no home for sure."""
    return Finding("unusable_row", f"row {row}", f"{reason}: {text}" if text else reason)


def duplicate_rows(address: str, rows: Iterable[int]) -> Finding:
    """Rows that are one home."""
    return Finding("duplicate_rows", address, f"rows {', '.join(map(str, rows))}")

"""What is to be said of a list of homes before anybody is asked: rows left out, rows of one home, labels shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from phx_scraper.homes.listed_home import Home, RowError
from phx_scraper.model.checks import Finding

LABEL_DIGITS = 8
"""Of a label that no other home has."""


def list_findings(homes: Sequence[Home], errors: Iterable[RowError]) -> Iterator[Finding]:
    """What the checks find in a list that was read, also in one whose homes have the labels of a catalogue."""
    for error in errors:
        yield Finding("unusable_row", f"row {error.row}", ": ".join(filter(None, (error.reason, error.text))))
    for home in homes:
        if len(home.rows) > 1:
            yield Finding("duplicate_rows", home.address, f"rows {', '.join(map(str, home.rows))}")
    by_label: dict[str, list[str]] = {}
    for home in homes:
        by_label.setdefault(home.property_hash[:LABEL_DIGITS], []).append(home.address)
    for label, addresses in by_label.items():
        if len(addresses) > 1:
            yield Finding("shared_label", label, "; ".join(addresses))

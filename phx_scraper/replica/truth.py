"""What a perfect collector has in the end from all sources, computed from the generator alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phx_scraper.homes import canonical, read_addresses
from phx_scraper.replica.changes import changes_in
from phx_scraper.replica.options import Options
from phx_scraper.replica.presented_sources import PRESENTED_SOURCES


def truth(homes: str | Path | Iterable[str], options: Options | None = None) -> dict[str, Any]:
    """`{"homes": {canonical address: {source: {"outcome", "photos"}}}}` for a file of homes or for given addresses.

    The sources are `options.sources`; the Assessor's part is that of a collector with a valid token.

    Rows without a valid address are left out. Raises UsageError for an unusable file, AddressError for a bad address.
    """
    chosen = options or Options()
    check_changes(chosen)
    return {
        "homes": {
            address: {
                name: source.visit(address, chosen)
                for name, source in PRESENTED_SOURCES.items()
                if name in chosen.sources
            }
            for address in _addresses(homes)
        }
    }


def check_changes(options: Options) -> None:
    """Raise UsageError for changes that the homes cannot go through, before anybody is served."""
    if options.changes is not None:
        for address, source in changes_in(options.changes):
            PRESENTED_SOURCES[source].visit(address, options)


def _addresses(homes: str | Path | Iterable[str]) -> list[str]:
    if isinstance(homes, str | Path):
        return [home.address for home in read_addresses(homes)[0]]
    return [canonical(text) for text in homes]

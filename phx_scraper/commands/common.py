"""What the commands on an existing store share: which file the catalogue is, and which homes are meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.homes import read_addresses
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.registration import labels


def existing_catalogue(options: Config) -> Path:
    """The catalogue's file. Raises UsageError where there is none, rather than have an empty one made."""
    place = options.catalogue_file
    if not place.is_file():
        raise UsageError(f"there is no catalogue {place}; if it was lost, scrapy reconcile --rebuild makes it anew")
    return place


def chosen_homes(arguments: Sequence[str], catalogue: Catalogue) -> list[str] | None:
    """What the catalogue calls the homes in a list of addresses; None (all) without one. Raises UsageError."""
    if not arguments:
        return None
    listed = read_addresses(arguments[0])[0]
    with catalogue.reading() as tx:
        return labels(tx, listed)


def chosen_sources(text: str) -> list[str]:
    """Source names from `a,b`; all of them for an empty text. Raises UsageError."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in SOURCES:
            raise UsageError(f"--sources: {name!r} is no source; known are {', '.join(SOURCES)}")
    return names or list(SOURCES)

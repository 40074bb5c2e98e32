"""What is derived from the catalogue for people and programs; all of it can be deleted and written again."""

from __future__ import annotations

from phx_scraper.storage.catalogue import Catalogue
from phx_scraper.storage.files import FileStore
from phx_scraper.views.folders import write_home
from phx_scraper.views.manifest import write_manifest
from phx_scraper.views.state import write_state

__all__ = ["write_all", "write_home", "write_manifest", "write_stale_homes", "write_state"]


def write_all(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Bring every view up to date: folders of homes that changed, then the JSON files. Raises StorageError."""
    write_stale_homes(catalogue, files, now)
    write_manifest(catalogue, files, now)
    write_state(catalogue, files, now)


def write_stale_homes(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Bring folders of homes up to date that changed, also those that a killed run left behind. Raises StorageError."""
    for property_hash in catalogue.stale_homes():
        write_home(catalogue, files, property_hash, now)

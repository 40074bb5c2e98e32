"""Opens the store that the setting IMAGES_STORE names."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.model.store_place import StorePlace
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.s3_start import opened
from phx_scraper.storage.files.store import FileStore


def open_store(place: StorePlace, *, changes: bool = True) -> FileStore:
    """The store at `place`; `changes=False` prepares nothing, for one that is only read. Raises StorageError."""
    if isinstance(place, Path):
        return FolderStore(place, changes=changes)
    return opened(place, changes=changes)

"""Opens the store that the setting IMAGES_STORE names."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import FileStore


def open_store(place: Path, *, changes: bool = True) -> FileStore:
    """The store at `place`; `changes=False` prepares nothing, for one that is only read. Raises StorageError."""
    return FolderStore(place, changes=changes)

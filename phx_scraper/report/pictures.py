"""Where a page finds the files of a picture."""

from __future__ import annotations

from phx_scraper.storage.files.store import FileStore


def small_picture(files: FileStore, path: str, content_hash: str) -> str:
    """The file that stands in a list of pictures, a path of the store; empty where it is gone."""
    return path if files.exists(path) else ""

"""Where a page finds the files of a picture."""

from __future__ import annotations

from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


def small_picture(files: FileStore, path: str, content_hash: str) -> str:
    """The file that stands in a list of pictures, a path of the store: its thumbnail, the whole picture where that is
    lacking, empty where both are gone.
    """
    return next((found for found in (paths.thumbnail(content_hash), path) if files.exists(found)), "")

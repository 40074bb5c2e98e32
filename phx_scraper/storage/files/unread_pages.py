"""Stores the bodies of pages that were not understood, for debugging: the newest few, compressed."""

from __future__ import annotations

import gzip

from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

KEPT_PER_SOURCE = 20
MAX_BODY_BYTES = 4 * 2**20


def keep_page(files: FileStore, source: str, property_hash: str, body: bytes) -> str:
    """Store the first 4 MiB of a page body below `metadata/unread/{source}/`; returns its path in the store."""
    path = unread_page(source, property_hash)
    # mtime=0: the same body gives the same file.
    files.replace(path, [gzip.compress(body[:MAX_BODY_BYTES], mtime=0)])
    _drop_oldest(files, path.rpartition("/")[0])
    return path


def unread_page(source: str, property_hash: str) -> str:
    """The path of the page that a home's visit at a source did not understand, if there is one."""
    return f"metadata/unread/{paths.safe_name(source)}/{paths.safe_name(property_hash)}.html.gz"


def _drop_oldest(files: FileStore, folder: str) -> None:
    kept = [f"{folder}/{name}" for name in files.names(folder)]
    since = {path: found.modified_ns for path in kept if (found := files.find(path)) is not None}
    for path in sorted(since, key=since.__getitem__, reverse=True)[KEPT_PER_SOURCE:]:
        files.remove(path)

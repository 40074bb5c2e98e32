"""Copies what a store holds to another place, either way: `copy_store.py FROM TO`, each a folder, s3:// or gs://BUCKET/PREFIX.

For backups: pictures, originals, thumbnails and run records; not the catalogue, which has a copy of its own. Files are
named by their content, so what is there in the same size is left, and a copy that was cut off goes on. A file that a
crawl takes away meanwhile is left out. Nothing is deleted at TO. How a bucket is reached is told by the variables of
docs/s3.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from phx_scraper.config.bucket_access import reached
from phx_scraper.config.store_places import store_place
from phx_scraper.errors import PhxError, StorageError, UsageError
from phx_scraper.model.store_place import BucketPlace
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore

FOLDERS = (paths.RAW, paths.PROCESSED, paths.THUMBNAILS, "metadata")
BY_CONTENT = (paths.RAW, paths.PROCESSED, paths.THUMBNAILS)


def main() -> int:
    """Exit codes: 0 copied, 2 wrong use, 3 one of the two could not be read or written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="FROM")
    parser.add_argument("target", metavar="TO")
    chosen = parser.parse_args()
    try:
        source = opened("FROM", chosen.source, changes=False)
        copied = copy(source, opened("TO", chosen.target, changes=True))
    except PhxError as error:
        sys.stderr.write(f"copy_store.py: {error}\n")
        return 2 if isinstance(error, UsageError) else 3
    sys.stdout.write(f"{copied} files copied from {chosen.source} to {chosen.target}; what was there already is left\n")
    return 0


def opened(name: str, place: str, *, changes: bool) -> FileStore:
    """The store at a place. Raises UsageError, StorageError."""
    found = store_place().read(name, place)
    if isinstance(found, BucketPlace):
        return open_store(reached(found, os.environ), changes=changes)
    if not changes and not found.is_dir():
        raise UsageError(f"there is no folder {found}")
    return open_store(found, changes=changes)


def copy(source: FileStore, target: FileStore) -> int:
    """How many files were copied."""
    copied = 0
    for path in _files(source):
        here, there = source.find(path), target.find(path)
        is_there = here is not None and there is not None and here.size == there.size and path.startswith(BY_CONTENT)
        data = None if is_there else _read(source, path)
        if data is not None:
            target.replace(path, [data])
            copied += 1
    return copied


def _read(source: FileStore, path: str) -> bytes | None:
    """None where a crawl has taken it away since it was listed. Raises StorageError."""
    try:
        return source.read(path)
    except StorageError:
        if source.exists(path):
            raise
        return None


def _files(store: FileStore) -> Iterator[str]:
    for folder in FOLDERS:
        for entry in store.walk(folder):
            if not entry.is_link and not entry.path.startswith(paths.CATALOGUE):
                yield entry.path


if __name__ == "__main__":
    sys.exit(main())

"""Copies what a store holds to another place, either way: `copy_store.py FROM TO`, each a folder or s3://BUCKET/PREFIX.

For backups: pictures, originals, thumbnails and run records; not the catalogue, which has a copy of its own. Files are
named by their content, so what is there in the same size is left, and a copy that was cut off goes on. Nothing is
deleted at TO. A bucket's server is that of `AWS_ENDPOINT_URL`; its key is found as boto3 finds it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from phx_scraper.config.store_places import s3_access, store_place
from phx_scraper.errors import PhxError, UsageError
from phx_scraper.model.store_place import S3Place
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
    if isinstance(found, S3Place):
        return open_store(S3Place(found.bucket, found.prefix, s3_access(os.environ)), changes=changes)
    if not changes and not found.is_dir():
        raise UsageError(f"there is no folder {found}")
    return open_store(found, changes=changes)


def copy(source: FileStore, target: FileStore) -> int:
    """How many files were copied."""
    copied = 0
    for path in _files(source):
        data = source.read(path)
        there = target.find(path)
        if there is not None and there.size == len(data) and path.startswith(BY_CONTENT):
            continue
        target.replace(path, [data])
        copied += 1
    return copied


def _files(store: FileStore) -> Iterator[str]:
    for folder in FOLDERS:
        for entry in store.walk(folder):
            if not entry.is_link and not entry.path.startswith(paths.CATALOGUE):
                yield entry.path


if __name__ == "__main__":
    sys.exit(main())

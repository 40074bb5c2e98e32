"""An export that goes into a bucket: written on this machine, then put there file by file."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from phx_scraper.config.bucket_access import reached
from phx_scraper.config.store_places import BUCKETS, store_place
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import BucketPlace, StorePlace
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore

_AT_ONCE = 8


def checked_bucket(text: str, store: StorePlace, settings: Mapping[str, Any]) -> BucketPlace:
    """The part of a bucket that `--to` names. Raises UsageError where it is none, or holds or is inside the store."""
    place = store_place().read("--to", text)
    if not isinstance(place, BucketPlace):
        raise UsageError(f"--to {text}: name a part of a bucket, {BUCKETS}; --out is for places here")
    if isinstance(store, BucketPlace) and (store.scheme, store.bucket) == (place.scheme, place.bucket):
        one, other = f"{place.prefix}/".lstrip("/"), f"{store.prefix}/".lstrip("/")
        if one.startswith(other) or other.startswith(one):
            raise UsageError(f"--to {text} holds the store {store}, or lies in it: name a place outside it")
    return reached(place, settings)


def upload(written: Path, place: BucketPlace) -> list[str]:
    """Put a file, or all below a folder, there under the same names; returns their URLs. Raises StorageError.

    What an earlier export put there is replaced where it has the same name, and else stays.
    """
    files = open_store(place)
    found = [written] if written.is_file() else sorted(path for path in written.rglob("*") if path.is_file())
    base = written.parent if written.is_file() else written
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(lambda path: _put(files, path, path.relative_to(base).as_posix()), found))


def _put(files: FileStore, source: Path, path: str) -> str:
    with reported("read", source):
        data = source.read_bytes()
    files.replace(path, [data])
    return files.place_of(path)

"""Which homes' pictures are not as they were left, told by a few looks at each file (stat(2)), without reading.

A picture is taken for what it was if it has its size and is not newer than the list of the folder that shows it, for
that list is written after the pictures and never before them. Every run looks at every picture of its homes so: what
is asked of each is little.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.shown_files import KeptFiles, kept_files
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore


def changed_folders(catalogue: Catalogue, files: FileStore, property_hashes: Sequence[str]) -> list[str]:
    """Those of these homes whose pictures, under both names, are not as their folder's list found them."""
    with catalogue.reading() as tx:
        return [home.property_hash for home in kept_files(tx, property_hashes) if not _is_as_left(files, home)]


def _is_as_left(files: FileStore, home: KeptFiles) -> bool:
    # The folder's path is checked once, and not again with each of its files, of which only stat(2) is asked.
    folder, root, lstat = str(files.path(paths.home_folder(home.slug))), str(files.root), os.lstat
    try:
        listed = lstat(f"{folder}/{paths.HOME_MANIFEST_NAME}").st_mtime_ns
        for number, (path, _, size) in enumerate(home.pictures, start=1):
            in_store, shown = lstat(f"{root}/{path}"), lstat(f"{folder}/img_{number:03d}{path[path.rindex('.') :]}")
            if in_store.st_size != size or shown.st_size != size:
                return False
            if in_store.st_mtime_ns > listed or shown.st_mtime_ns > listed:
                return False
            files.protect(path, in_store)
    except OSError:
        return False
    return not home.originals or _has_originals(root, folder, home, listed)


def _has_originals(root: str, folder: str, home: KeptFiles, listed: int) -> bool:
    """Whether the folder shows those originals that the store has, as its list found them."""
    for number, (_, original, _) in enumerate(home.pictures, start=1):
        if original is None:
            continue
        in_store = _stat(f"{root}/{original}")
        shown = _stat(f"{folder}/{paths.ORIGINALS}/img_{number:03d}{original[original.rindex('.') :]}")
        if _size(in_store) != _size(shown) or (shown is not None and shown.st_mtime_ns > listed):
            return False
    return True


def _stat(place: str) -> os.stat_result | None:
    try:
        return os.lstat(place)
    except OSError:
        return None


def _size(found: os.stat_result | None) -> int | None:
    return None if found is None else found.st_size

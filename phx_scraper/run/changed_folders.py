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
    folder, root = str(files.path(paths.home_folder(home.slug))), str(files.root)
    listed = _stat(f"{folder}/{paths.HOME_MANIFEST_NAME}")
    if listed is None:
        return False
    for number, picture in enumerate(home.pictures, start=1):
        in_store = _stat(f"{root}/{picture.path}")
        shown = _stat(f"{folder}/img_{number:03d}{_suffix(picture.path)}")
        if in_store is None or shown is None or in_store.st_size != picture.size or shown.st_size != picture.size:
            return False
        if max(in_store.st_mtime_ns, shown.st_mtime_ns) > listed.st_mtime_ns:
            return False
        files.protect(picture.path, in_store)
    return not home.originals or _has_originals(root, folder, home, listed.st_mtime_ns)


def _has_originals(root: str, folder: str, home: KeptFiles, listed: int) -> bool:
    """Whether the folder shows those originals that the store has, as its list found them."""
    for number, picture in enumerate(home.pictures, start=1):
        if picture.raw_path is None:
            continue
        in_store = _stat(f"{root}/{picture.raw_path}")
        shown = _stat(f"{folder}/{paths.ORIGINALS}/img_{number:03d}{_suffix(picture.raw_path)}")
        if _size(in_store) != _size(shown) or (shown is not None and shown.st_mtime_ns > listed):
            return False
    return True


def _suffix(path: str) -> str:
    return path[path.rindex(".") :]


def _stat(place: str) -> os.stat_result | None:
    try:
        return os.lstat(place)
    except OSError:
        return None


def _size(found: os.stat_result | None) -> int | None:
    return None if found is None else found.st_size

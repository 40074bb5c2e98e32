"""Which homes' pictures are not as they were left, told by a few looks at each file (stat(2)), without reading.

A picture is taken for what it was if it has its size and is not newer than the list of the folder that shows it, for
that list is written after the pictures and never before them. Every run looks at every picture of its homes so: what
is asked of each is little.
"""

from __future__ import annotations

from collections.abc import Sequence

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.shown_files import KeptFiles, kept_files
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileFacts, FileStore


def changed_folders(catalogue: Catalogue, files: FileStore, property_hashes: Sequence[str]) -> list[str]:
    """Those of these homes whose pictures, under both names, are not as their folder's list found them.

    Of a store without folders there are none: what is gone from it is for `scrapy reconcile` to find.
    """
    if not files.has_views:
        return []
    with catalogue.reading() as tx:
        return [home.property_hash for home in kept_files(tx, property_hashes) if not _is_as_left(files, home)]


def _is_as_left(files: FileStore, home: KeptFiles) -> bool:
    # The folder's path is checked once, and not again with each of its files, at which the store only looks.
    folder = paths.home_folder(home.slug)
    files.is_free(folder)
    manifest = files.look(f"{folder}/{paths.HOME_MANIFEST_NAME}")
    if manifest is None:
        return False
    listed = manifest.modified_ns
    for number, (path, _, size) in enumerate(home.pictures, start=1):
        in_store, shown = files.look(path), files.look(f"{folder}/img_{number:03d}{path[path.rindex('.') :]}")
        if in_store is None or shown is None or in_store.size != size or shown.size != size:
            return False
        if in_store.modified_ns > listed or shown.modified_ns > listed:
            return False
        files.protect(path, in_store)
    return not home.originals or _has_originals(files, folder, home, listed)


def _has_originals(files: FileStore, folder: str, home: KeptFiles, listed: int) -> bool:
    """Whether the folder shows those originals that the store has, as its list found them."""
    for number, (_, original, _) in enumerate(home.pictures, start=1):
        if original is None:
            continue
        in_store = files.look(original)
        shown = files.look(f"{folder}/{paths.ORIGINALS}/img_{number:03d}{original[original.rindex('.') :]}")
        if _size(in_store) != _size(shown) or (shown is not None and shown.modified_ns > listed):
            return False
    return True


def _size(found: FileFacts | None) -> int | None:
    return None if found is None else found.size

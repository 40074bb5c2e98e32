"""What is derived from the catalogue for people and programs; all of it can be deleted and written again."""

from __future__ import annotations

from phx_scraper.storage.catalogue import view_change_counter
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import stale_homes
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views.categorised import write_categorised
from phx_scraper.views.folders import write_home
from phx_scraper.views.json_indexes import NAMES, write_state
from phx_scraper.views.manifest import NAME, write_manifest

JSON_FILES = (NAME, *NAMES)
FORM = 3
"""Raised by one with every change of what the JSON files hold, so that the next run writes them anew."""

__all__ = ["write_all", "write_changed", "write_home", "write_manifest", "write_stale_homes", "write_state"]


def write_all(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Bring every view up to date: pictures of homes that changed, then the JSON files. Raises StorageError."""
    write_stale_homes(catalogue, files, now)
    if not files.has_views:
        return
    write_categorised(catalogue, files)
    mark = _mark(catalogue)
    write_manifest(catalogue, files, now)
    write_state(catalogue, files, now)
    with catalogue.transaction() as tx:
        view_change_counter.note_written(tx, mark)


def write_changed(catalogue: Catalogue, files: FileStore) -> None:
    """The same, but for JSON files that show everything and are there: a run that changed nothing writes none."""
    are_there = files.has_views and all(files.exists(paths.metadata(name)) for name in JSON_FILES)
    with catalogue.reading() as tx:
        shown = view_change_counter.written(tx)
    if are_there and shown == _mark(catalogue):
        write_stale_homes(catalogue, files)
        write_categorised(catalogue, files)
    else:
        write_all(catalogue, files)


def _mark(catalogue: Catalogue) -> str:
    """The state that files written now would show: another form of them counts as another state."""
    with catalogue.reading() as tx:
        return f"{FORM}/{view_change_counter.count(tx)}"


def write_stale_homes(catalogue: Catalogue, files: FileStore, now: float | None = None) -> None:
    """Bring folders of homes up to date that changed, also those that a killed run left behind. Raises StorageError."""
    with catalogue.reading() as tx:
        stale = stale_homes(tx)
    for property_hash in stale:
        write_home(catalogue, files, property_hash, now)

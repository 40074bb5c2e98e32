"""A cleaning done: rows first, with a note of their files, then the files; killed anywhere, the next one goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from phx_scraper.reconcile.clean_plan import ORIGINAL, REMOVED, Candidate
from phx_scraper.reconcile.cleanable_files import ORPHAN
from phx_scraper.storage.catalogue import cleanable, removal_queue
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.crawls_at_work import refuse_at_work
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.files.store import FileStore

Drop = Callable[[Connection, Sequence[str]], None]

_OF_CATALOGUE: dict[str, Drop] = {
    ORPHAN: removal_queue.queue,
    REMOVED: cleanable.drop_images,
    ORIGINAL: cleanable.drop_originals,
}


def take_off(catalogue: Catalogue, files: FileStore, going: Sequence[Candidate]) -> None:
    """Take this off the catalogue, noting its files for removal, and remove what only lies there. Raises StorageError.

    A crawl that is at work is a StorageError too, and nothing has changed then. Afterwards the notes are followed and
    the views written (`views.finish_removals`), as the next crawl would do.
    """
    with catalogue.transaction() as tx:
        refuse_at_work(tx, "clean")
    for kind, drop in _OF_CATALOGUE.items():
        for part in chunks(candidate.name for candidate in going if candidate.kind == kind):
            with catalogue.transaction() as tx:
                drop(tx, part)
    for candidate in going:
        if candidate.kind not in _OF_CATALOGUE:
            _remove(files, candidate.name)


def _remove(files: FileStore, path: str) -> None:
    """With the folders that are empty then."""
    files.remove(path)
    folder = path.rpartition("/")[0]
    while folder.count("/") and files.remove_folder(folder):
        folder = folder.rpartition("/")[0]

"""What was taken off the catalogue and noted for removal, brought to its end: folders, files, then the JSON files."""

from __future__ import annotations

from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_queue import folders_to_clear, remove_unreferenced
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views import write_changed, write_stale_homes
from phx_scraper.views.folders import clear_folder


def finish_removals(catalogue: Catalogue, files: FileStore) -> None:
    """Do what the notes say, and bring the views up to date. Raises StorageError.

    Whatever is killed in its midst, the notes are still there, and the next call or the next crawl goes on.
    """
    with catalogue.reading() as tx:
        gone = folders_to_clear(tx)
    for slug in gone:
        clear_folder(catalogue, files, slug)
    # Folders let go of a picture before the store does.
    write_stale_homes(catalogue, files)
    remove_unreferenced(catalogue, files)
    write_changed(catalogue, files)

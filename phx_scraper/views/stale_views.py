"""Whether the views show what the catalogue says; what differs is named, nothing is written."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.categorised_homes import stale_categorised, unmark_categorised
from phx_scraper.storage.catalogue.crawls_at_work import crawls_at_work, homes_in_hand
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import FileStore
from phx_scraper.views import write_all, write_home
from phx_scraper.views.categorised import wrong_files
from phx_scraper.views.folders import disagreements
from phx_scraper.views.json_indexes import write_state
from phx_scraper.views.manifest import write_manifest

_WHEN = "last_updated"
_FOLDER = "does not show what the catalogue says"


def stale_views(catalogue: Catalogue, files: FileStore) -> Iterator[tuple[str, str]]:
    """(path, what is wrong) of every folder and JSON file that is not as it would be written now.

    While a crawl is at work they lag behind the catalogue as they should: the homes in its hands are left out, and the
    JSON files. A store without views has none that could differ.
    """
    if not files.has_views:
        return
    with catalogue.reading() as tx:
        in_hand, is_at_work = homes_in_hand(tx), bool(crawls_at_work(tx))
        lagging = set(stale_categorised(tx))
        for gallery in galleries(tx):
            if gallery.home.property_hash not in in_hand:
                yield from ((path, _FOLDER) for path in disagreements(catalogue, files, gallery))
                if gallery.home.property_hash not in lagging:
                    yield from ((path, _FOLDER) for path in wrong_files(tx, files, gallery))
    if not is_at_work:
        yield from _stale_files(catalogue, files)


def _stale_files(catalogue: Catalogue, files: FileStore) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="phx-views-") as folder:
        fresh = FolderStore(folder, fsync=False)
        write_manifest(catalogue, fresh)
        write_state(catalogue, fresh)
        for name in fresh.names("metadata"):
            path = f"metadata/{name}"
            if _content(fresh, path) != _content(files, path):
                yield path, "does not say what the catalogue says"


def renew_views(catalogue: Catalogue, files: FileStore) -> None:
    """Write every folder that differs and all JSON files anew. Raises StorageError."""
    if not files.has_views:
        write_all(catalogue, files)
        return
    with catalogue.reading() as tx:
        wrong = [gallery.home.property_hash for gallery in galleries(tx) if disagreements(catalogue, files, gallery)]
        moved = [gallery.home.property_hash for gallery in galleries(tx) if wrong_files(tx, files, gallery)]
    with catalogue.transaction() as tx:
        for property_hash in moved:
            unmark_categorised(tx, property_hash)
    for property_hash in wrong:
        write_home(catalogue, files, property_hash)
    write_all(catalogue, files)


def _content(files: FileStore, path: str) -> Any:
    """A JSON file without its date; None if there is none or it cannot be read."""
    try:
        value = json.loads(files.read(path))
    except (StorageError, ValueError):
        return None
    return {key: item for key, item in value.items() if key != _WHEN} if isinstance(value, dict) else None

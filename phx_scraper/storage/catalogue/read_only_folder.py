"""A catalogue in a folder that cannot be written: a mounted snapshot, a share, another person's data.

SQLite makes files beside a database in WAL mode even to read it. Where they cannot be made, the file is opened as one
that never changes, which holds as long as no log lies beside it; else what is there is copied and opened in the copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer
from phx_scraper.storage.catalogue import migrations
from phx_scraper.storage.catalogue.any_database import open_database
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.files.disk_errors import reported


def is_writable(folder: Path) -> bool:
    """Whether this process may make files in a folder; a folder that is not there counts as one that can be made."""
    return not folder.exists() or os.access(folder, os.W_OK | os.X_OK)


def is_there(place: CataloguePlace) -> bool:
    """Whether there is a catalogue, or a file that should be one. Raises CatalogueError for a server out of reach."""
    if isinstance(place, Path):
        return place.is_file()
    with contextlib.closing(open_database(place)) as database:
        return migrations.is_made(database)


@contextlib.contextmanager
def opened_to_read(place: CataloguePlace) -> Iterator[Catalogue]:
    """The catalogue at `place`, for questions only. Raises CatalogueError, StorageError."""
    with contextlib.ExitStack() as stack:
        catalogue = stack.enter_context(contextlib.closing(_opened(place, stack)))
        yield catalogue


def _opened(place: CataloguePlace, stack: contextlib.ExitStack) -> Catalogue:
    if not isinstance(place, Path):
        return _on_server(place)
    if is_writable(place.parent) and os.access(place, os.W_OK):
        return Catalogue.open(place)
    if not _log_of(place).exists():
        database = Database(place, changes=False)
        if migrations.is_current(database):
            return Catalogue(database)
        database.close()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phx-catalogue-")))
    with reported("copy the catalogue", place):
        for part in (place, _log_of(place)):
            if part.exists():
                shutil.copyfile(part, folder / part.name)
    return Catalogue.open(folder / place.name)


def _on_server(place: CatalogueServer) -> Catalogue:
    """Whoever may only read there can, where nothing is to be brought up to date."""
    database = open_database(place)
    try:
        if migrations.is_current(database):
            return Catalogue(database)
    except BaseException:
        database.close()
        raise
    database.close()
    return Catalogue.open(place)


def _log_of(place: Path) -> Path:
    return place.with_name(f"{place.name}-wal")

"""The two kinds of databases that a catalogue can be in, by where it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.files.disk_errors import reported


class AnyDatabase(Protocol):
    """Transactions on a database; what each means is said at `database.Database`."""

    @property
    def place(self) -> CataloguePlace:
        """Where it is."""

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction for questions."""

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that nobody else can run at the same time."""

    def bound_silence(self) -> None:
        """From now on a statement that takes more than half a minute is given up, also at a server that is well."""

    def check_takes_changes(self) -> None:
        """Raises CatalogueError where it can be read and not be changed."""

    def read_through(self) -> None:
        """Look for damage. Raises CatalogueError."""

    def back_up(self, version: int) -> None:
        """Keep what is there, of this schema, before it changes; the caller holds the write lock."""

    def close(self) -> None:
        """Close all connections."""


def open_database(place: CataloguePlace, patience: float | None = None) -> AnyDatabase:
    """The database there; a file is made where none is. Raises CatalogueError, StorageError.

    A server that goes away later is waited for `patience` seconds, None: as long as is usual.
    """
    if isinstance(place, Path):
        with reported("prepare the folder of the catalogue", place.parent):
            place.parent.mkdir(parents=True, exist_ok=True)
        return Database(place)
    # Imported where it is needed: a crawl of one machine has no use for it.
    from phx_scraper.storage.catalogue.postgresql import ServerDatabase

    return ServerDatabase(place, patience)

"""The catalogue: the truth about homes, visits, photos and images, for any number of threads and processes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import migrations
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.files.disk_errors import reported


class Catalogue:
    """Opens transactions on everything known, in one SQLite file; the modules beside this one ask and change it.

    Their functions take a transaction's connection; times are seconds since 1970, as `time.time()`. All of it raises
    StorageError if the file cannot be used, DiskFull where space has run out, CatalogueError for a damaged file.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, place: str | Path) -> Catalogue:
        """Open (and create, or migrate) the catalogue at a path. Raises CatalogueError."""
        path = Path(place).absolute()
        with reported("prepare the folder of the catalogue", path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        database = Database(path)
        try:
            migrations.prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the file; the catalogue is not usable afterwards."""
        crash_points.hit("close.before")
        self._database.close()
        crash_points.hit("close.after")

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction that may change anything: whole or absent, also after `kill -9`; nobody else writes meanwhile.

        Whatever takes long (pictures, pages, comparing) is done before: all other homes, runs and commands wait here.
        """
        return self._database.write()

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction for questions: it sees one state of the catalogue throughout and waits for nobody."""
        return self._database.read()

    def read_through(self) -> None:
        """Look for damage on every page of the file. Raises CatalogueError."""
        self._database.read_through()

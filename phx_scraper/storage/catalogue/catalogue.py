"""The catalogue: the truth about homes, visits, photos and images, for any number of threads and processes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from phx_scraper.errors import CatalogueError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import migrations
from phx_scraper.storage.catalogue.any_database import AnyDatabase, open_database


class Catalogue:
    """Opens transactions on everything known, in one database; the modules beside this one ask and change it.

    Their functions take a transaction's connection; times are seconds since 1970, as `time.time()`. All of it raises
    StorageError if the database cannot be used, DiskFull where space has run out, CatalogueError for a damaged one,
    CatalogueAway if its server was lost and nothing was written.
    """

    def __init__(self, database: AnyDatabase) -> None:
        self._database = database

    @classmethod
    def open(cls, place: str | CataloguePlace, patience: float | None = None) -> Catalogue:
        """Open (and create, or migrate) the catalogue at a path or on a server. Raises CatalogueError.

        `patience` is for how many seconds a server is waited for that goes away later, None: as long as is usual.
        """
        database = open_database(Path(place).absolute() if isinstance(place, str | Path) else place, patience)
        try:
            migrations.prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the database; the catalogue is not usable afterwards."""
        crash_points.hit("close.before")
        self._database.close()
        crash_points.hit("close.after")

    def bound_silence(self) -> None:
        """For short questions: from now on the server of one that takes too long is taken for one that went away.

        Else it is asked first whether it is there. A file always answers.
        """
        self._database.bound_silence()

    @property
    def place(self) -> CataloguePlace:
        """Where it is; as a text without a password."""
        return self._database.place

    @property
    def path(self) -> Path:
        """The file of a catalogue that is one. Raises CatalogueError for one on a server."""
        if isinstance(self.place, Path):
            return self.place
        raise CatalogueError(f"The catalogue {self.place} is no file.")

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction that may change anything: whole or absent, also after `kill -9`; nobody else writes meanwhile.

        Whatever takes long (pictures, pages, comparing) is done before: all other homes, runs and commands wait here.
        """
        return self._database.write()

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction for questions: it sees one state of the catalogue throughout and waits for nobody."""
        return self._database.read()

    def check_takes_changes(self) -> None:
        """Raises CatalogueError where it can be read and not be changed, as a standby of a server."""
        self._database.check_takes_changes()

    def read_through(self) -> None:
        """Look for damage on every page of the file. Raises CatalogueError."""
        self._database.read_through()

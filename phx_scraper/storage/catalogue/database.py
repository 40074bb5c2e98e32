"""One SQLite file, shared by threads and processes: connections, transactions, and what its errors mean."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from phx_scraper.errors import CatalogueError, DiskFull, StorageError
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue.integrity_check import Soundness
from phx_scraper.storage.catalogue.opened_file import OpenedFile
from phx_scraper.storage.files.disk import Disk

BUSY_SECONDS = 30.0
"""How long a transaction waits for another process to finish its own."""

_WRITE = "phx_write"
_WAL_RETRY_SECONDS = 0.02
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Database:
    """Transactions on the file at `path`, created if absent. Raises CatalogueError if it is damaged or out of reach.

    With `changes` False nothing is written, and nobody else may write meanwhile.
    """

    def __init__(self, path: Path, changes: bool = True) -> None:
        self.path = path
        # Looks at the file before any connection does.
        self._soundness = Soundness(path) if changes else None
        self._engine = _engine(path, changes)
        try:
            with self._reported():
                if self._soundness is None:
                    self._read_through()
                else:
                    _switch_to_wal(self._engine)
                    self._soundness.begin(self._read_through)
            self._file = OpenedFile(path)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded into the file."""
        self._engine.dispose()
        if self._soundness is not None:
            self._soundness.end()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the catalogue throughout and waits for nobody."""
        self._file.check()
        with self._reported(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that no other process can run at the same time; whole or absent, also after a crash."""
        self._file.check()
        with self._reported(), self._engine.connect() as connection:
            with connection.execution_options(**{_WRITE: True}).begin():
                yield connection
                crash_points.hit("commit.before")
            crash_points.hit("commit.after")

    def bound_silence(self) -> None:
        """Nothing: a file answers, or is an error."""

    def check_takes_changes(self) -> None:
        """Nothing: a file was opened to be changed."""

    def read_through(self) -> None:
        """Look at every page of the file, 0.75 s a gigabyte from memory. Raises CatalogueError if it is damaged."""
        with self._reported():
            self._read_through()

    def back_up(self, version: int) -> None:
        """Copy the file as last committed; the caller holds the write lock, so nobody changes it meanwhile."""
        temporary = self.path.with_name(f"{self.path.name}.bak.part")
        temporary.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(self.path)) as old,
            contextlib.closing(sqlite3.connect(temporary)) as new,
        ):
            old.backup(new)
        Disk().rename(temporary, backup_path(self.path, version))

    @property
    def place(self) -> Path:
        """The file."""
        return self.path

    def _read_through(self) -> None:
        with self._engine.connect() as connection:
            answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if answer != "ok":
            raise CatalogueError(_damaged(self.path, str(answer).splitlines()[-1]))

    @contextlib.contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise _meaning(self.path, error) from error


def backup_path(path: Path, version: int) -> Path:
    """Where the catalogue as it was in schema `version` is kept."""
    return path.with_name(f"{path.name}.v{version}.bak")


def _engine(path: Path, changes: bool) -> Engine:
    place = URL.create("sqlite", database=str(path))
    if not changes:
        # https://sqlite.org/uri.html: no locks, and no log, which could not be made beside the file.
        query = {"mode": "ro", "immutable": "1", "uri": "true"}
        place = URL.create("sqlite", database=f"file:{quote(str(path))}", query=query)
    engine = create_engine(place, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # Python's driver would otherwise start transactions by itself, late and without the write lock.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _switch_to_wal(engine: Engine) -> None:
    """Set the write-ahead log, once per file. SQLite does not wait here when several processes do it at once: we do."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with contextlib.closing(engine.raw_connection()) as connection:
                cursor = connection.cursor()
                if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    cursor.execute("PRAGMA journal_mode = WAL")
                cursor.close()
            return
        except sqlite3.OperationalError as error:
            if _code(error) not in _BUSY or time.monotonic() > give_up:
                raise _meaning_of_code(Path(str(engine.url.database)), error) from error
            time.sleep(_WAL_RETRY_SECONDS)
        except sqlite3.DatabaseError as error:
            raise _meaning_of_code(Path(str(engine.url.database)), error) from error


def _meaning(path: Path, error: SQLAlchemyError) -> StorageError:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return _meaning_of_code(path, cause)
    return StorageError(f"The catalogue {path} could not be used: {str(error).splitlines()[0]}.")


def _meaning_of_code(path: Path, error: sqlite3.Error) -> StorageError:
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"No space left to write the catalogue {path}: free some and run the same command again.")
    if getattr(error, "sqlite_errorcode", code) == sqlite3.SQLITE_IOERR_WRITE:
        # A quota or a limit on file sizes comes as this; to whoever runs into one the disk is full.
        return DiskFull(
            f"The catalogue {path} cannot be written ({error}): see to a quota, a limit on file sizes or a failing"
            " disk, and run the same command again."
        )
    if code in _DAMAGED:
        return CatalogueError(_damaged(path, str(error)))
    if code in _BUSY:
        return StorageError(f"The catalogue {path} is in use by another process since {BUSY_SECONDS:g} s: try later.")
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return CatalogueError(f"The catalogue {path} cannot be opened for writing ({error}): check the folder.")
    return StorageError(f"The catalogue {path} could not be used: {error}.")


def _code(error: sqlite3.Error) -> int:
    """The primary result code; extended ones carry it in their low byte."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _damaged(path: Path, detail: str) -> str:
    return f"The catalogue {path} is damaged ({detail}) and left as it is: restore a copy of it, or rebuild it."

"""A database of a PostgreSQL server, shared by threads, processes and machines: connections and transactions.

Changes are made one after another, as in SQLite: a transaction that changes something holds one lock of the database
from its beginning to its end. So of what was written ahead, compared or numbered nothing is seen half done, and one
rule holds for both databases. A change takes a millisecond; sources are asked much more slowly.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from phx_scraper.errors import CatalogueError
from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import postgresql_errors
from phx_scraper.storage.catalogue.sql_dialects import count_changed_rows

logger = logging.getLogger(__name__)

BUSY_SECONDS = 30.0
"""How long a transaction waits for another process to finish its own."""
IDLE_SECONDS = 20.0
"""After which the server ends a changing transaction that asks nothing: of a stopped process, or a lost machine."""
AWAY_SECONDS = 90.0
"""How long a server that answered before is waited for."""

_RETRY_SECONDS = 0.5
_LOCK = 0x7068785F73637261  # "phx_scra": of this database alone
_OLDEST = 120000
# As a property of the connection it would take away a standby's own "read only" afterwards.
_BEGIN_READ = "SELECT set_config('transaction_read_only', 'on', true)"
# https://www.postgresql.org/docs/current/libpq-connect.html: a silent network is noticed within half a minute.
_CONNECT: dict[str, Any] = {
    **{"application_name": "phx_scraper", "connect_timeout": 5, "client_encoding": "utf8"},
    **{"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000},
}


class ServerDatabase:
    """Transactions on the database. Raises CatalogueError if it is out of reach or of no use."""

    def __init__(self, place: CatalogueServer, patience: float | None = None) -> None:
        self.place = place
        self._patience = patience
        self._engine = _engine(place)
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._was_met = False
        self._is_missed = False
        try:
            with self.read() as connection:
                _check(place, connection)
            self._was_met = True
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the catalogue throughout and waits for nobody."""
        with self._reported(), contextlib.closing(self._begun(self._reader, _BEGIN_READ)[0]) as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that no other process can run at the same time; whole or absent, also after a crash."""
        with self._reported():
            connection, row = self._begun(self._engine, _begin_write())
            with contextlib.closing(connection):
                yield connection
                crash_points.hit("commit.before")
                self._commit(connection, int(row[-1]))
            crash_points.hit("commit.after")

    def read_through(self) -> None:
        """Nothing: the server looks after its files, by checksums of its pages where it was made with them."""

    def back_up(self, version: int) -> None:
        """Say that no copy is kept: the steps to a new schema are one transaction, and a server has backups."""
        logger.warning(
            "%s is brought up from schema %d in one transaction; no copy of it is kept.", self.place, version
        )

    def _begun(self, engine: Engine, first: str) -> tuple[Connection, Any]:
        """A connection in a transaction, with the answer to its first question. A server that is away is waited for."""
        patience = AWAY_SECONDS if self._patience is None else self._patience
        give_up = time.monotonic() + patience
        while True:
            try:
                begun = self._tried(engine, first)
                self._is_missed = False
                return begun
            except SQLAlchemyError as error:
                if not self._was_met or not postgresql_errors.is_away(error):
                    raise
                if time.monotonic() > give_up:
                    raise postgresql_errors.cannot_connect(self.place, error) from error
                if not self._is_missed:
                    logger.warning("%s does not answer: it is waited for, up to %g s.", self.place, patience)
                self._is_missed = True
            time.sleep(_RETRY_SECONDS)

    def _tried(self, engine: Engine, first: str) -> tuple[Connection, Any]:
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            if self._was_met:
                raise
            raise postgresql_errors.cannot_connect(self.place, error) from error
        try:
            connection.begin()
            return connection, connection.exec_driver_sql(first).one()
        except BaseException:
            connection.close()
            raise

    def _commit(self, connection: Connection, number: int) -> None:
        """Commit; where the connection is lost over it, ask by the transaction's number what became of it."""
        try:
            connection.commit()
        except SQLAlchemyError as error:
            if not postgresql_errors.is_away(error) or not self._was_committed(number):
                raise

    def _was_committed(self, number: int) -> bool:
        while True:
            with contextlib.closing(self._begun(self._reader, _BEGIN_READ)[0]) as connection:
                status = connection.exec_driver_sql(f"SELECT txid_status({number})").scalar()
            if status != "in progress":
                return bool(status == "committed")
            time.sleep(_RETRY_SECONDS)

    @contextlib.contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise postgresql_errors.meaning(self.place, error) from error


def _begin_write() -> str:
    """One question, for one way to the server: bounds of this transaction, the lock, the transaction's number."""
    return (
        f"SELECT set_config('lock_timeout', '{BUSY_SECONDS * 1000:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS * 1000:.0f}', true),"
        f" pg_advisory_xact_lock({_LOCK}), txid_current()"
    )


def _engine(place: CatalogueServer) -> Engine:
    try:
        from phx_scraper.storage.catalogue.postgresql_dialect import NAME

        url = URL.create(
            NAME, place.user or None, place.password or None, place.host or None, place.port, place.database
        ).update_query_pairs(place.query)
        given = {name: value for name, value in _CONNECT.items() if name not in url.query}
        engine = create_engine(url, connect_args=given)
    except (ImportError, NoSuchModuleError) as error:
        raise CatalogueError(
            f"The catalogue {place} needs the driver of PostgreSQL ({error}): pip install 'phx-scraper[service]'."
        ) from error
    event.listen(engine, "after_cursor_execute", _count)
    return engine


def _count(connection: Connection, cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    if context.isinsert or context.isupdate or context.isdelete:
        count_changed_rows(connection, max(cursor.rowcount, 0))


def _check(place: CatalogueServer, connection: Connection) -> None:
    """Raises CatalogueError for a database that cannot hold a catalogue."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise CatalogueError(
            f"The database of the catalogue {place} stores texts as {encoding}, which not every address and caption"
            " fits: make one with createdb --encoding=UTF8 --template=template0 NAME."
        )
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < _OLDEST:
        raise CatalogueError(
            f"The catalogue {place} is on PostgreSQL {version // 10000}: it needs {_OLDEST // 10000} at least."
        )

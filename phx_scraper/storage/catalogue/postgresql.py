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

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import postgresql_errors, postgresql_fit
from phx_scraper.storage.catalogue.postgresql_engine import make_engine
from phx_scraper.storage.catalogue.postgresql_silence import SilenceBound

logger = logging.getLogger(__name__)

BUSY_SECONDS = 30.0
"""How long a transaction waits for another process to finish its own."""
IDLE_SECONDS = 20.0
"""After which the server ends a changing transaction that asks nothing: of a stopped process, or a lost machine."""
AWAY_SECONDS = 90.0
"""How long a server that answered before is waited for."""

SILENT_SECONDS = BUSY_SECONDS + 5.0
"""How long a statement is waited for before it is asked whether the server is there: it may wait for a lock so long."""

_RETRY_SECONDS = 0.5
_REST_SECONDS = 10.0
"""For which a server that was waited for in vain is not asked again by a crawl that ends because of it."""
_LOCK = 0x7068785F73637261  # "phx_scra": of this database alone
# As a property of the connection it would take away a standby's own "read only" afterwards.
_BEGIN_READ = "SELECT set_config('transaction_read_only', 'on', true)"
_TAKES_CHANGES = "SELECT NOT pg_is_in_recovery() AND NOT current_setting('default_transaction_read_only')::bool"
# https://www.postgresql.org/docs/current/libpq-connect.html: a silent network is noticed within half a minute.


class ServerDatabase:
    """Transactions on the database. Raises CatalogueError if it is out of reach or of no use."""

    def __init__(self, place: CatalogueServer, patience: float | None = None) -> None:
        self.place = place
        self._patience = patience
        self._engine = make_engine(place)
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._silence = SilenceBound(self._engine, SILENT_SECONDS)
        self._was_met = False
        self._is_missed = False
        self._is_given_up = False
        self._rests_until = 0.0
        self._is_closed = False
        try:
            with self.read() as connection:
                postgresql_fit.check(place, connection)
            self._was_met = True
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections; where its server may be silent, threads that wait for it are not waited for."""
        self._is_closed = True
        self._silence.end()
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

    def bound_silence(self) -> None:
        """From now on a statement that takes so long as silence may is one of a server that went away."""
        self._silence.is_strict = True

    def check_takes_changes(self) -> None:
        """A standby takes none, nor does a server that was told to take none."""
        with self.read() as connection:
            if not connection.exec_driver_sql(_TAKES_CHANGES).scalar_one():
                raise postgresql_errors.read_only(self.place, "it is read-only")

    def read_through(self) -> None:
        """Nothing: the server looks after its files, by checksums of its pages where it was made with them."""

    def back_up(self, version: int) -> None:
        """Say that no copy is kept: the steps to a new schema are one transaction, and a server has backups."""
        logger.warning(
            "%s is brought up from schema %d in one transaction; no copy of it is kept.", self.place, version
        )

    def _begun(self, engine: Engine, first: str) -> tuple[Connection, Any]:
        """A connection in a transaction, with the answer to its first question. A server that is away is waited for.

        Once only: after that hardly, until it answers, so that whoever ends because of it ends soon.
        """
        patience = AWAY_SECONDS if self._patience is None else self._patience
        give_up = time.monotonic() + (min(_RETRY_SECONDS, patience) if self._is_given_up else patience)
        while True:
            try:
                if self._is_given_up and time.monotonic() < self._rests_until:
                    raise postgresql_errors.rested(self.place)
                begun = self._tried(engine, first)
                self._is_missed = self._is_given_up = False
                return begun
            except SQLAlchemyError as error:
                if self._is_closed or not self._was_met or not postgresql_errors.is_away(error):
                    raise
                if time.monotonic() > give_up:
                    self._is_given_up = True
                    self._rests_until = time.monotonic() + (_rest() if self._patience is None else 0.0)
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


def _rest() -> float:
    return min(_REST_SECONDS, AWAY_SECONDS)


def _begin_write() -> str:
    """One question, for one way to the server: bounds of this transaction, the lock, the transaction's number."""
    return (
        f"SELECT set_config('lock_timeout', '{BUSY_SECONDS * 1000:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS * 1000:.0f}', true),"
        f" pg_advisory_xact_lock({_LOCK}), txid_current()"
    )

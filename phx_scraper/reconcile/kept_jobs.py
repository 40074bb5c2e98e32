"""Jobs and keys of the API: no file tells of them, so they are taken over from the damaged catalogue.

Each table is kept whole or not at all, row by row as it stands there: what its new place does not take, is damaged.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, Table, TableClause, column, create_engine, select
from sqlalchemy import table as sql_table
from sqlalchemy.exc import SQLAlchemyError

from phx_scraper.errors import DiskFull, StorageError
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices, jobs
from phx_scraper.storage.catalogue.key_tables import api_audit, api_keys
from phx_scraper.storage.catalogue.sql_helpers import chunks

_GROUPS = ((jobs, job_slices, job_homes), (api_keys,), (api_audit,))
"""What is of use together only, each after what it points to."""
_LABEL = job_homes.c.property_hash.name


def keep_jobs(old: Path, catalogue: Catalogue) -> tuple[dict[str, int], list[str]]:
    """How many rows of which tables were taken over, and the tables that could not be read. Raises StorageError."""
    kept: dict[str, int] = {}
    lost: list[str] = []
    if not old.exists():
        return kept, lost
    for group in _GROUPS:
        try:
            with _read_only(old) as source:
                found = {table: _rows(source, table) for table in group}
            with catalogue.transaction() as tx:
                for table, rows in found.items():
                    _put(tx, table, rows)
        except DiskFull:
            raise
        except (SQLAlchemyError, StorageError, ValueError):
            lost.append(group[0].name)
        else:
            kept |= {table.name: len(rows) for table, rows in found.items() if rows}
    return kept, lost


@contextlib.contextmanager
def _read_only(path: Path) -> Iterator[Connection]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _rows(source: Connection, table: Table) -> list[dict[str, Any]]:
    """As an earlier version wrote them too; none where it had no such table."""
    there = set(source.exec_driver_sql("SELECT name FROM pragma_table_info(?)", (table.name,)).scalars())
    names = [one.name for one in table.columns if one.name in there]
    if not names:
        return []
    return [dict(row._mapping) for row in source.execute(select(*_untyped(table, names).columns))]


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if table is job_homes:
        known = set(connection.execute(select(schema.homes.c.property_hash)).scalars())
        rows = [{**row, _LABEL: row[_LABEL] if row[_LABEL] in known else None} for row in rows]
    for part in chunks(rows):
        connection.execute(_untyped(table, list(part[0])).insert(), part)


def _untyped(table: Table, names: Sequence[str]) -> TableClause:
    """The same table, whose values are taken as the database has them."""
    return sql_table(table.name, *map(column, names))

"""The catalogue's schema brought up to date on opening; the old file is kept beside the new one."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update

from phx_scraper.errors import CatalogueError
from phx_scraper.storage.catalogue import schema, sql_views
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.catalogue.migration_steps import STEPS, Step
from phx_scraper.storage.files.disk import Disk

_KEY = "schema_version"


def prepare(database: Database, steps: Mapping[int, Step] = STEPS, target: int = schema.SCHEMA_VERSION) -> None:
    """Create or migrate the tables. Raises CatalogueError for a newer schema and for a file that is no catalogue."""
    with database.read() as connection:
        if _version(connection, database.path) == target:
            return
    with database.write() as connection:
        version = _version(connection, database.path)
        if version is None:
            _create(connection, target)
        elif version > target:
            raise CatalogueError(
                f"The catalogue {database.path} was written by a newer phx_scraper (schema {version}, this one knows"
                f" {target}): install that version, or use another data folder."
            )
        elif version < target:
            _back_up(database.path, version)
            sql_views.drop(connection)
            for number in range(version, target):
                steps[number](connection)
            sql_views.make(connection)
            connection.execute(update(schema.meta).where(schema.meta.c.key == _KEY).values(value=str(target)))


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version. Raises CatalogueError for a file that is no catalogue."""
    with database.read() as connection:
        return _version(connection, database.path) == schema.SCHEMA_VERSION


def backup_path(path: Path, version: int) -> Path:
    """Where the catalogue as it was in schema `version` is kept."""
    return path.with_name(f"{path.name}.v{version}.bak")


def _create(connection: Connection, version: int) -> None:
    schema.metadata.create_all(connection, checkfirst=False)
    for trigger in schema.TRIGGERS:
        connection.exec_driver_sql(trigger)
    sql_views.make(connection)
    connection.execute(schema.meta.insert().values(key=_KEY, value=str(version)))


def _version(connection: Connection, path: Path) -> int | None:
    """The schema number of the file, None for an empty one."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if schema.meta.name in tables:
        value = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == _KEY)).scalar()
        if isinstance(value, str) and value.isdigit():
            return int(value)
    raise CatalogueError(f"{path} is a database, but no catalogue of phx_scraper: it is left as it is.")


def _back_up(path: Path, version: int) -> None:
    """Copy the file as last committed; the caller holds the write lock, so nobody changes it meanwhile."""
    temporary = path.with_name(f"{path.name}.bak.part")
    temporary.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as old, contextlib.closing(sqlite3.connect(temporary)) as copy:
        old.backup(copy)
    Disk().rename(temporary, backup_path(path, version))

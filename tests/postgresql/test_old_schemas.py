"""Catalogues that earlier versions made on a server are brought up to date, whole or not at all.

`tests/fixtures/postgresql` has one of each schema since there are servers: pg_dump of what the version of then had
collected from a replica, two homes with their photos, a person's word on one, and from schema 17 on a job.
"""

from __future__ import annotations

import contextlib
import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.catalogue_driver import CatalogueDriver
from phx_scraper.config.locations import place_of
from phx_scraper.errors import StorageError
from phx_scraper.homes import parse_inline
from phx_scraper.service import jobs
from phx_scraper.service.jobs import Service, Submission
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import migrations, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.postgresql import ServerDatabase
from tests.postgresql_server import PostgresqlServer

DUMPS = Path(__file__).parents[1] / "fixtures" / "postgresql"
OLD = range(15, 20)
NEW = "phx_new"
SHAPE = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
}
OPEN = "import sys; from phx_scraper.storage.catalogue.catalogue import Catalogue;"
OPEN += "from phx_scraper.config.locations import place_of; Catalogue.open(place_of('', sys.argv[1])).close()"

Restore = Callable[[int], str]
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def restore(postgresql_server: PostgresqlServer) -> Iterator[Restore]:
    """Makes a database of an old schema, and tells its name."""
    made: list[str] = []

    def database(version: int) -> str:
        made.append(f"phx_old_{version}")
        postgresql_server.run(f"CREATE DATABASE {made[-1]}")
        dump = gzip.decompress((DUMPS / f"schema-{version}.sql.gz").read_bytes()).decode()
        postgresql_server.run(dump, database=made[-1])
        return made[-1]

    yield database
    for name in made:
        postgresql_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def new_shape(postgresql_server: PostgresqlServer) -> Iterator[Rows]:
    """What a catalogue is made of that this version makes."""
    postgresql_server.run(f"CREATE DATABASE {NEW}")
    opened(postgresql_server, NEW).close()
    yield shape(postgresql_server, NEW)
    postgresql_server.run(f"DROP DATABASE {NEW} WITH (FORCE)")


def opened(server: PostgresqlServer, database: str) -> Catalogue:
    return Catalogue.open(place_of("", server.url(database)))


def shape(server: PostgresqlServer, database: str) -> Rows:
    return {kind: sorted(server.run(query, database=database), key=repr) for kind, query in SHAPE.items()}


def contents(server: PostgresqlServer, database: str) -> Rows:
    """The rows of each table as they are, with the names of its columns."""
    names = server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=database)
    return {name: rows(server, database, name) for (name,) in names}


def rows(server: PostgresqlServer, database: str, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    return sorted(server.run(f"SELECT {columns} FROM public.{table}", database=database), key=repr)


def columns_of(server: PostgresqlServer, database: str, table: str) -> str:
    query = "SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns"
    return str(server.run(f"{query} WHERE table_name = '{table}'", database=database)[0][0])


def version_of(server: PostgresqlServer, database: str) -> int:
    return int(server.run(f"SELECT value FROM meta WHERE key = '{migrations.VERSION_KEY}'", database=database)[0][0])


@pytest.mark.parametrize("version", OLD)
def test_it_becomes_what_a_new_one_is_and_keeps_every_row(
    version: int, postgresql_server: PostgresqlServer, restore: Restore, new_shape: Rows
) -> None:
    server, database = postgresql_server, restore(version)
    assert version_of(server, database) == version
    before = contents(server, database)
    columns = {table: columns_of(server, database, table) for table in before}
    for _ in range(2):
        opened(server, database).close()
    assert version_of(server, database) == schema.SCHEMA_VERSION
    assert shape(server, database) == new_shape
    before["meta"] = [
        row if row[0] != migrations.VERSION_KEY else (row[0], str(schema.SCHEMA_VERSION)) for row in before["meta"]
    ]
    assert {table: rows(server, database, table, columns[table]) for table in before} == before
    assert len(before["photos"]) == len(before["images"]) > 0 < len(before["photo_decisions"])


@pytest.mark.parametrize("version", OLD)
def test_it_is_worked_with_as_with_a_new_one(
    version: int, postgresql_server: PostgresqlServer, restore: Restore, tmp_path: Path
) -> None:
    database = restore(version)
    driver = CatalogueDriver(place_of("", postgresql_server.url(database)), photos_of_home=3, folder=tmp_path)
    homes, _ = parse_inline("4732 W Davis Rd, Glendale, AZ 85306")
    with contextlib.closing(driver):
        driver.collect_home()
        jobs.submit(Service(driver.catalogue), Submission(homes))
    seen = postgresql_server.run("SELECT count(*) FROM kept_photos GROUP BY property_hash", database=database)
    assert sorted(seen) == [(1,), (1,), (3,)]
    # Rows are numbered after those that were there, and the triggers that note hashes are whole.
    hashes = rows(postgresql_server, database, "image_hashes", "raw_sha256")
    assert len(hashes) == len(set(hashes)) == len(rows(postgresql_server, database, "images"))


def test_a_step_that_fails_leaves_it_as_it_was(postgresql_server: PostgresqlServer, restore: Restore) -> None:
    database = restore(min(OLD))
    before, was = contents(postgresql_server, database), shape(postgresql_server, database)
    steps = {**migrations.STEPS, max(OLD): lambda tx: tx.exec_driver_sql("ALTER TABLE nowhere ADD COLUMN x int")}
    server = ServerDatabase(place_of("", postgresql_server.url(database)))
    with contextlib.closing(server), pytest.raises(StorageError):
        migrations.prepare(server, steps)
    assert contents(postgresql_server, database) == before
    assert shape(postgresql_server, database) == was


@pytest.mark.parametrize("point", ["commit.before", "commit.after"])
def test_killed_over_it_all_or_nothing_was_done(
    point: str, postgresql_server: PostgresqlServer, restore: Restore, new_shape: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = restore(min(OLD))
    monkeypatch.setenv(crash_points.VARIABLE, point)
    line = [sys.executable, "-c", OPEN, postgresql_server.url(database)]
    assert subprocess.run(line, check=False, capture_output=True).returncode == 137
    is_done = point == "commit.after"
    assert version_of(postgresql_server, database) == (schema.SCHEMA_VERSION if is_done else min(OLD))
    monkeypatch.delenv(crash_points.VARIABLE)
    opened(postgresql_server, database).close()
    assert shape(postgresql_server, database) == new_shape


def test_several_processes_may_begin_it_at_once(
    postgresql_server: PostgresqlServer, restore: Restore, new_shape: Rows
) -> None:
    database = restore(min(OLD))
    line = [sys.executable, "-c", OPEN, postgresql_server.url(database)]
    running = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert shape(postgresql_server, database) == new_shape
    assert version_of(postgresql_server, database) == schema.SCHEMA_VERSION

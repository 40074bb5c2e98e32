"""Opening a catalogue: new, old, newer, damaged, foreign, inaccessible."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from phx_scraper.errors import CatalogueError, DiskFull, StorageError
from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import breakers, migrations, registration, runs, schema
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import Database, backup_path
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.storage.catalogue_helpers import homes
from tests.unit.storage.hash_pairs import image_of, put_home, recorded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metadata" / "catalogue.sqlite"


def make(path: Path) -> None:
    catalogue = Catalogue.open(path)
    write(catalogue, registration.register, homes(), ["zillow"], "run1")
    catalogue.close()


def count_homes(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM homes").fetchone()[0])


def pragma(path: Path, name: str) -> object:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_catalogue_is_made_with_its_folder(path: Path) -> None:
    make(path)
    assert count_homes(path) == 4
    assert pragma(path, "journal_mode") == "wal"
    make(path)
    assert count_homes(path) == 4
    assert [file.name for file in path.parent.iterdir()] == ["catalogue.sqlite"]


def test_an_empty_file_becomes_a_catalogue(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    make(path)
    assert count_homes(path) == 4


def test_a_file_that_is_no_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(CatalogueError, match="damaged") as caught:
        Catalogue.open(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"this is no database at all" * 100


def test_a_foreign_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(CatalogueError, match="no catalogue of phx_scraper"):
        Catalogue.open(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_damage_inside_is_found_on_opening(path: Path) -> None:
    make(path)
    content = bytearray(path.read_bytes())
    size = len(content)
    content[size // 3 : size * 2 // 3] = os.urandom(size * 2 // 3 - size // 3)
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match="damaged") as caught:
        Catalogue.open(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == bytes(content)


def test_a_truncated_catalogue_is_found_on_opening(path: Path) -> None:
    make(path)
    path.write_bytes(path.read_bytes()[: 5 * 4096 + 100])
    with pytest.raises(CatalogueError, match="damaged"):
        Catalogue.open(path)


def test_a_write_ahead_log_of_another_file_is_ignored(path: Path) -> None:
    make(path)
    path.with_name("catalogue.sqlite-wal").write_bytes(os.urandom(9000))
    make(path)
    assert count_homes(path) == 4


def test_a_newer_schema_is_refused(path: Path) -> None:
    make(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET value = '99'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(CatalogueError, match=r"newer phx_scraper \(schema 99"):
        Catalogue.open(path)
    assert path.read_bytes() == before


def add_column(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE homes ADD COLUMN colour TEXT DEFAULT 'beige'")


def test_an_older_schema_is_migrated_once_and_kept_beside(path: Path) -> None:
    make(path)
    target = schema.SCHEMA_VERSION + 1
    database = Database(path)
    for _ in range(2):
        migrations.prepare(database, {schema.SCHEMA_VERSION: add_column}, target)
    with database.read() as connection:
        assert "colour" in {column["name"] for column in inspect(connection).get_columns("homes")}
    database.close()
    backup = backup_path(path, schema.SCHEMA_VERSION)
    assert count_homes(backup) == 4
    make(backup)  # the old file still opens with the old schema
    with pytest.raises(CatalogueError, match="newer"):
        Catalogue.open(path)


def test_schema_1_gets_its_new_tables(path: Path) -> None:
    make(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER image_hashed; DROP TRIGGER image_hashed_anew; DROP TABLE image_hashes;"
            "DROP TABLE breakers; DROP TABLE lookalikes; UPDATE meta SET value = '1'"
        )
    catalogue = Catalogue.open(path)
    assert read(catalogue, breakers.read) == {}
    write(catalogue, breakers.write, BreakerRow("zillow", 3, 0, 5.0))
    assert not write(catalogue, breakers.take_trial, "zillow", 4.0, 9.0)
    assert write(catalogue, breakers.take_trial, "zillow", 5.0, 9.0)
    assert read(catalogue, breakers.read)["zillow"].opened_at == 9.0
    catalogue.close()
    assert count_homes(backup_path(path, 1)) == 4


def test_schema_2_gets_the_hashes_of_the_images_that_it_has(path: Path) -> None:
    catalogue = Catalogue.open(path)
    put_home(catalogue, 0, [image_of("one", "00ff00ff00ff00ff"), image_of("flat", "00ff00ff00ff00ff", flat=True)])
    catalogue.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER image_hashed; DROP TRIGGER image_hashed_anew; DROP TABLE image_hashes;"
            "UPDATE meta SET value = '2' WHERE key = 'schema_version'"
        )
    catalogue = Catalogue.open(path)
    put_home(catalogue, 1, [image_of("two", "00ff00ff00ff00f0")])
    NearDuplicateIndex(PLAIN).catch_up(catalogue)
    assert len(recorded(catalogue)) == 1
    catalogue.close()


def test_schema_5_gets_tags_that_are_empty_until_a_page_gives_some(path: Path) -> None:
    catalogue = Catalogue.open(path)
    home = put_home(catalogue, 0, [image_of("one", "00ff00ff00ff00ff")])
    catalogue.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("ALTER TABLE photos DROP COLUMN tags; UPDATE meta SET value = '5'")
    catalogue = Catalogue.open(path)
    with open_galleries(catalogue, [home]) as galleries:
        assert [photo.tags for gallery in galleries for photo in gallery.photos] == [()]
    catalogue.close()
    assert backup_path(path, 5).exists()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    make(path)

    def fails(connection: Connection) -> None:
        add_column(connection)
        connection.exec_driver_sql("ALTER TABLE nowhere ADD COLUMN x")

    database = Database(path)
    with pytest.raises(StorageError):
        migrations.prepare(database, {schema.SCHEMA_VERSION: fails}, schema.SCHEMA_VERSION + 1)
    database.close()
    make(path)
    assert count_homes(path) == 4


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StorageError, match="data"):
        Catalogue.open(tmp_path / "data" / "catalogue.sqlite")


def test_a_folder_in_its_place_is_a_sentence(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(CatalogueError, match="cannot be opened"):
        Catalogue.open(path)


def test_a_full_disk_is_reported_as_such(path: Path) -> None:
    make(path)
    catalogue = Catalogue.open(path)
    with catalogue.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="No space left"):
        write(catalogue, runs.start, "run9", "zillow", {"addresses": "x" * 2_000_000}, 1.0)
    assert read(catalogue, runs.get, "run9") is None
    catalogue.close()


def test_several_processes_may_make_it_at_once(path: Path) -> None:
    script = (
        "import sys; from phx_scraper.storage.catalogue.catalogue import Catalogue; Catalogue.open(sys.argv[1]).close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    make(path)
    assert count_homes(path) == 4


@pytest.mark.parametrize("what", ["removed", "replaced"])
def test_a_file_that_is_removed_while_it_is_open_takes_nothing_more(path: Path, what: str) -> None:
    make(path)
    with contextlib.closing(Catalogue.open(path)) as catalogue:
        away = path.rename(path.with_name("away"))
        if what == "replaced":
            path.write_bytes(away.read_bytes())
        for transaction in (catalogue.transaction, catalogue.reading):
            with pytest.raises(CatalogueError, match="removed or replaced while"), transaction():
                pytest.fail("it was begun")
        away.replace(path)
        with catalogue.transaction():
            pass

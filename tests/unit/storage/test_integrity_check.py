"""When a large catalogue is checked for damage on opening: unless it is unchanged since a clean close."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from phx_scraper.errors import CatalogueError
from phx_scraper.reconcile.check import check
from phx_scraper.storage.catalogue import integrity_check, registration
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import Database
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import homes

KILLED = """
import os, sys
from phx_scraper.storage.catalogue import integrity_check, runs
integrity_check.LARGE = 0
from phx_scraper.storage.catalogue.catalogue import Catalogue
catalogue = Catalogue.open(sys.argv[1])
with catalogue.transaction() as tx:
    runs.start(tx, "killed", "zillow", {}, 1.0)
os._exit(137)
"""
HOLDING = KILLED.replace("os._exit(137)", 'print("open", flush=True); sys.stdin.read(); catalogue.close()')


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity_check, "LARGE", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "catalogue.sqlite"
    catalogue = Catalogue.open(place)
    write(catalogue, registration.register, homes(), ["zillow"], "run1")
    catalogue.close()
    return place


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every time that a file was read through."""
    made: list[str] = []
    check = Database._read_through

    def noted(database: Database) -> None:
        made.append("check")
        check(database)

    monkeypatch.setattr(Database, "_read_through", noted)
    return made


def open_and_close(path: Path) -> None:
    Catalogue.open(path).close()


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    size = len(content)
    content[size // 3 : size * 2 // 3] = os.urandom(size * 2 // 3 - size // 3)
    path.write_bytes(content)


def test_a_cleanly_closed_unchanged_file_is_trusted(path: Path, checks: list[str]) -> None:
    for _ in range(3):
        catalogue = Catalogue.open(path)
        write(catalogue, registration.register, homes(), ["redfin"], "run2")
        catalogue.close()
    assert checks == []


def test_one_that_grew_large_while_it_was_open_is_trusted_too(
    tmp_path: Path, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity_check, "LARGE", 1)
    place = tmp_path / "new.sqlite"
    Catalogue.open(place).close()
    assert checks == ["check"], "it was empty, and so small"
    open_and_close(place)
    assert checks == ["check"]


def test_a_small_one_is_always_read_and_has_nothing_beside_it(
    tmp_path: Path, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity_check, "LARGE", 2**40)
    for _ in range(2):
        open_and_close(tmp_path / "small.sqlite")
    assert checks == ["check", "check"]
    assert [file.name for file in tmp_path.iterdir()] == ["small.sqlite"]


def test_a_killed_process_has_the_next_one_read_the_file_through_once(path: Path, checks: list[str]) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 137
    open_and_close(path)
    assert checks == ["check"]
    open_and_close(path)
    assert checks == ["check"]


def test_what_a_killed_process_left_damaged_is_found(path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    path.with_name(f"{path.name}-wal").unlink()
    damage(path)
    for _ in range(2):
        with pytest.raises(CatalogueError, match="damaged"):
            Catalogue.open(path)


@pytest.mark.parametrize("how", ["overwritten", "cut"])
def test_damage_by_others_is_found_every_time(path: Path, how: str) -> None:
    if how == "overwritten":
        damage(path)
    else:
        path.write_bytes(path.read_bytes()[: 5 * 4096 + 100])
    for _ in range(2):
        with pytest.raises(CatalogueError, match="damaged"):
            Catalogue.open(path)


def test_a_file_that_another_program_wrote_to_or_that_was_replaced_is_read_through(
    path: Path, checks: list[str]
) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE homes SET city = 'Mesa'")
        connection.commit()
    open_and_close(path)
    assert len(checks) == 1
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.rename(path)
    open_and_close(path)
    assert len(checks) == 2


def test_a_log_that_another_program_left_has_the_file_read_through(path: Path, checks: list[str]) -> None:
    script = "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE homes SET city = 1');"
    subprocess.run([sys.executable, "-c", f"{script} c.commit(); os._exit(1)", str(path)], check=False)
    open_and_close(path)
    assert checks == ["check"]


def test_while_another_process_has_it_open_it_is_not_checked_again(path: Path, checks: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        for _ in range(2):
            open_and_close(path)
        assert checks == []
        other.communicate()
    assert other.returncode == 0
    open_and_close(path)
    assert checks == [], "the last of them noted how it left the file"


def test_without_a_place_for_the_note_every_opening_reads(path: Path, checks: list[str]) -> None:
    note = path.with_name(f"{path.name}.closed")
    note.unlink()
    note.mkdir()
    for _ in range(2):
        open_and_close(path)
    assert checks == ["check", "check"]


def test_silent_corruption_is_found_by_reconcile(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'photos_by_image'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    before = path.stat()
    content = bytearray(path.read_bytes())
    # An index is not read as the file is opened.
    content[(page - 1) * size : (page - 1) * size + 296] = os.urandom(296)
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    catalogue = Catalogue.open(path)
    with pytest.raises(CatalogueError, match="damaged"):
        check(catalogue, FolderStore(path.parent, changes=False))
    catalogue.close()

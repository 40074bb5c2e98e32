"""A lost catalogue made anew has its jobs and keys again, where the damaged one can be read so far."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.commands.reconcile_text import text_of
from phx_scraper.reconcile.rebuild import Rebuilt, rebuild
from phx_scraper.reconcile.report import Report
from phx_scraper.service import api_keys
from phx_scraper.storage.catalogue import job_rows, job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import NewHome, Request
from phx_scraper.storage.catalogue.job_slices import Ticket
from phx_scraper.views import write_all
from tests.catalogue_calls import read, write
from tests.unit.service.job_helpers import a_job
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector, homes, process

pytestmark = pytest.mark.file_only


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Collector]:
    """A collection with a job, of which one slice is in hand, and a key; its catalogue is closed."""
    Collector(tmp_path, fsync=False).run(homes(2))
    made = Collector(tmp_path, fsync=False)
    listed = [NewHome(address, {"notes": "x"}) for address in ADDRESSES[:3]]
    write(made.catalogue, job_rows.insert, a_job(homes=3, created_at=5.0), listed, 2, Request("r", "d"))
    write(made.catalogue, job_slices.take, Ticket("j", 1, 0), "elsewhere/1/1:7:1", 9.0)
    with made.catalogue.transaction() as tx:
        label = tx.exec_driver_sql("SELECT property_hash FROM homes").scalars().first()
        tx.exec_driver_sql("UPDATE job_homes SET property_hash = ? WHERE number = 1", (label,))
    api_keys.create(made.catalogue, api_keys.NewKey("of a person", ("read",)))
    write_all(made.catalogue, made.files)
    made.catalogue.close()
    yield made
    made.catalogue.close()


def without_homes(place: Path, *statements: str) -> None:
    """As a catalogue whose homes are lost."""
    with sqlite3.connect(place) as connection:
        for statement in (*statements, "DROP TABLE homes", "CREATE TABLE homes (x)"):
            connection.execute(statement)
    connection.close()


def made_anew(store: Collector) -> tuple[Rebuilt, Catalogue]:
    """What was done, and the new catalogue, which the store closes."""
    result = rebuild(store.catalogue.path, store.files, process)
    store.catalogue = Catalogue.open(store.catalogue.path)
    return result, store.catalogue


def said(result: Rebuilt) -> str:
    return text_of(Report(), [], [], result)


def test_jobs_and_keys_are_kept(store: Collector) -> None:
    # Closed at once: closed by the garbage collector in the midst of the rebuild, it would be a change of the file.
    with contextlib.closing(Catalogue.open(store.catalogue.path)) as opened:
        before = read(opened, job_rows.slices, "j")
    without_homes(store.catalogue.path)
    result, catalogue = made_anew(store)
    assert read(catalogue, job_rows.slices, "j") == before
    assert [home.extras for home in read(catalogue, job_slices.homes, before[0])] == [{"notes": "x"}] * 2
    assert "Kept from what was there: 1 job, 1 key of the API." in said(result)
    assert result.unread == []


def test_a_home_of_a_job_that_did_not_come_back_is_on_its_list_still(store: Collector) -> None:
    shutil.rmtree(store.root / "homes")
    for name in ("extraction_state", "image_manifest"):
        (store.root / "metadata" / f"{name}.json").unlink()
    without_homes(store.catalogue.path)
    result, catalogue = made_anew(store)
    assert result.homes == 0
    [one, _] = read(catalogue, job_rows.slices, "j")
    assert [home.address for home in read(catalogue, job_slices.homes, one)] == list(ADDRESSES[:2])


def test_what_cannot_be_read_is_said_and_the_others_are_kept(store: Collector) -> None:
    broken = (
        "DROP TABLE job_slices",
        "CREATE TABLE job_slices (job_id, number)",
        "INSERT INTO job_slices VALUES (1, 2)",
    )
    without_homes(store.catalogue.path, *broken)
    result, catalogue = made_anew(store)
    assert (result.unread, read(catalogue, job_rows.get, "j")) == (["jobs"], None)
    assert result.kept["api_keys"] == 1
    assert "could not be read, if there were any: jobs (hand their lists in again)." in said(result)


def test_a_file_that_is_no_database_has_none_of_them(store: Collector) -> None:
    store.catalogue.path.write_bytes(b"x" * 9000)
    result, _ = made_anew(store)
    assert result.unread == ["jobs", "api_keys", "api_audit"]
    assert result.homes == 2

"""Killed runs are closed by the next one, and get their record."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.runs import KILLED
from phx_scraper.storage.files import paths
from phx_scraper.views.run_record import write_missing_records
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, homes

DIES = """
import os, sys
from pathlib import Path
from tests.unit.storage.catalogue_helpers import Collector, homes
collector = Collector(Path(sys.argv[1]), fsync=False, run_id="dies")
collector.begin(homes(1))
collector.collect(collector.lease(homes(1)[0].property_hash, "zillow"))
collector.lease(homes(1)[0].property_hash, "redfin")
os._exit(137)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    assert subprocess.run([sys.executable, "-c", DIES, tmp_path], check=False).returncode == 137
    return tmp_path


def records(root: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(path.read_bytes()) for path in (root / paths.RUNS).glob("*.json")]
    return {record["run_id"]: record for record in found}


def test_the_next_run_writes_the_record_of_a_killed_one(store: Path) -> None:
    assert records(store) == {}
    made = Collector(store, fsync=False, run_id="next")
    write_missing_records(made.catalogue, made.files, time.time())
    made.run(homes(1))
    found = records(store)
    assert {run_id: record["ending"] for run_id, record in found.items()} == {"dies": KILLED, "next": "finished"}
    died = found["dies"]
    assert died["started_at"] <= died["finished_at"]
    assert died["sources"]["zillow"]["visits"] == {"ok": 1}
    assert died["totals"] == {}


def test_a_running_run_is_not_closed(tmp_path: Path) -> None:
    made = Collector(tmp_path, fsync=False, run_id="works")
    made.begin(homes(1))
    write_missing_records(made.catalogue, made.files, time.time())
    run = read(made.catalogue, runs.get, "works")
    assert run is not None
    assert run.ending is None
    assert records(tmp_path) == {}
    made.catalogue.close()


def test_a_run_of_another_machine_is_over_after_a_day_without_a_visit(tmp_path: Path) -> None:
    made = Collector(tmp_path, fsync=False, run_id="elsewhere")
    made.begin(homes(1))
    with made.catalogue._database.write() as connection:
        connection.exec_driver_sql("""UPDATE runs SET totals = '{"holder": "other:1:1"}'""")
    write_missing_records(made.catalogue, made.files, time.time() + 3600)
    assert records(tmp_path) == {}
    write_missing_records(made.catalogue, made.files, time.time() + 2 * 86400)
    assert records(tmp_path)["elsewhere"]["ending"] == KILLED
    made.catalogue.close()


def test_a_run_that_was_killed_while_it_ended_gets_its_record_too(tmp_path: Path) -> None:
    made = Collector(tmp_path, fsync=False, run_id="ended")
    made.begin(homes(1))
    write(made.catalogue, runs.finish, "ended", "finished", {"homes": 1}, time.time())
    write_missing_records(made.catalogue, made.files, time.time())
    assert records(tmp_path)["ended"]["totals"] == {"homes": 1}
    made.catalogue.close()

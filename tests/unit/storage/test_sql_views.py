"""Views for people's own SQL: what they show is what the manifest shows, and each path leads to a file."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.storage.catalogue import migrations, restart_visits, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.database import Database, backup_path
from phx_scraper.storage.catalogue.sql_views import VIEWS
from phx_scraper.views import write_all
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, homes

COLUMNS = ("path", "raw_path", "width", "height", "file_size_bytes", "content_hash", "raw_sha256", "phash", "dhash")
SAME = {"path": "local_path", "raw_path": "original_path"}


@pytest.fixture
def done(tmp_path: Path) -> Iterator[Collector]:
    collector = Collector(tmp_path / "data", fsync=False)
    collector.begin(homes(2))
    for home in homes(2):
        for source in SOURCES:
            held = collector.lease(home.property_hash, source)
            assert held is not None
            collector.collect(held)
    yield collector
    collector.catalogue.close()


def asked(path: Path, sql: str) -> list[dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


def kept_of_manifest(done: Collector) -> dict[tuple[str, str, int], dict[str, Any]]:
    write_all(done.catalogue, done.files)
    manifest = json.loads(done.files.read("metadata/image_manifest.json"))
    entries = [entry for found in manifest["properties"].values() for entry in found if entry["status"] == "stored"]
    return {(entry["property_address"], entry["source"], entry["position"]): entry for entry in entries}


def test_kept_photos_are_those_of_the_manifest_and_have_their_files(done: Collector) -> None:
    write(done.catalogue, restart_visits.requeue, [homes()[0].property_hash], ["phoenix_mls"])
    done.show = lambda source: [Shown("p1", "front", 1024)]
    held = done.lease(homes()[0].property_hash, "phoenix_mls")
    assert held is not None
    done.collect(held)  # three of its photos are removed with that
    expected = kept_of_manifest(done)
    rows = asked(done.catalogue.path, "SELECT * FROM kept_photos")
    assert {(row["address"], row["source"], row["position"]) for row in rows} == expected.keys()
    for row in rows:
        entry = expected[row["address"], row["source"], row["position"]]
        assert {name: row[name] for name in COLUMNS} == {name: entry[SAME.get(name, name)] for name in COLUMNS}
        assert (row["url"], row["listing_url"]) == (entry["source_url"], entry["listing_url"])
        assert row["downloaded_at"] == entry["downloaded_at"]
        assert done.files.exists(row["path"])
        assert done.files.exists(row["raw_path"])


def test_an_older_catalogue_gets_them(done: Collector) -> None:
    path = done.catalogue.path
    done.catalogue.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for name in VIEWS:
            connection.execute(f"DROP VIEW {name}")
        connection.execute("UPDATE meta SET value = '8' WHERE key = 'schema_version'")
        connection.commit()
    Catalogue.open(path).close()
    assert asked(path, "SELECT count(*) AS number FROM kept_photos") == [{"number": 10}]
    assert asked(path, "SELECT value FROM meta WHERE key = 'schema_version'") == [{"value": str(schema.SCHEMA_VERSION)}]
    assert backup_path(path, 8).exists()


def test_a_step_may_change_a_table_that_a_view_reads(done: Collector) -> None:
    def change(connection: Any) -> None:
        connection.exec_driver_sql("ALTER TABLE listings DROP COLUMN status")
        connection.exec_driver_sql("ALTER TABLE listings ADD COLUMN status TEXT NOT NULL DEFAULT 'unknown'")

    path = done.catalogue.path
    done.catalogue.close()
    database = Database(path)
    migrations.prepare(database, {schema.SCHEMA_VERSION: change}, schema.SCHEMA_VERSION + 1)
    database.close()
    statuses = asked(path, "SELECT DISTINCT listing_status FROM kept_photos")
    assert statuses == [{"listing_status": "unknown"}]

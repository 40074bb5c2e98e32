"""docs/data.md is true: every table, column and field of the code is in it, and nothing else."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from phx_scraper import ImageMetadata
from phx_scraper.export.photo_rows import COLUMNS
from phx_scraper.storage.catalogue import request_tables, runs, schema
from phx_scraper.storage.catalogue.sql_views import VIEWS
from phx_scraper.views import feed_records, write_all
from phx_scraper.views.run_record import write_run_record
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, finish_visit, homes

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "data.md").read_text(encoding="utf-8")
PHOTO, CATALOGUE, FILES = "A photo's fields", "The catalogue", "JSON files"
ONLY_SOMETIMES = {
    *("extras", "images.original_file"),
    *("decisions", "corrections", "decisions_across_homes"),
    *("maybe_duplicates", "smaller_copy", "tags", "urls.URL.also"),
    *("sources.SOURCE.partial", "sources.SOURCE.refused.REASON"),
}
"""Fields that are there only where there is something to say."""

Tree = dict[str, Any]


def section(title: str, text: str = TEXT) -> str:
    """From its heading to the next one."""
    (found,) = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


def named(text: str) -> list[str]:
    """The names in the first column of its tables."""
    return [name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)]


def titles(of: str) -> list[str]:
    """The headings below a heading."""
    (part,) = re.findall(rf"^## {of}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return re.findall(r"^### (.+)$", part, re.MULTILINE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """A home with pictures of each status at three sources, another that was refused."""
    collector = Collector(tmp_path_factory.mktemp("store") / "data", fsync=False)
    collector.begin(homes(2))
    for source in SOURCES:
        held = collector.lease(homes()[0].property_hash, source)
        assert held is not None
        collector.collect(held)
    refused = collector.lease(homes(2)[1].property_hash, "zillow")
    assert refused is not None
    finish_visit(collector.catalogue, refused, "blocked", "captcha", lambda images: [], 50.0, 350.0)
    write(collector.catalogue, runs.finish, collector.run_id, "finished", {}, time.time())
    write_all(collector.catalogue, collector.files)
    write_run_record(collector.catalogue, collector.files, collector.run_id)
    yield collector
    collector.catalogue.close()


def test_the_catalogue_has_the_tables_of_the_page() -> None:
    assert request_tables.REQUEST_TABLES, "they are in the schema"
    assert sorted(titles(CATALOGUE)) == sorted([*schema.metadata.tables, *VIEWS])


@pytest.mark.parametrize("table", [*schema.metadata.tables, *VIEWS])
def test_each_table_has_the_columns_of_the_page(store: Collector, table: str) -> None:
    with contextlib.closing(sqlite3.connect(store.catalogue.path)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    assert columns
    assert sorted(named(section(table))) == sorted(columns)


def test_the_fields_of_a_photo_are_those_of_the_manifest_and_the_api(store: Collector) -> None:
    manifest = json.loads(store.files.read("metadata/image_manifest.json"))
    found = {name for photos in manifest["properties"].values() for photo in photos for name in photo}
    assert set(named(section(PHOTO))) == found | (ONLY_SOMETIMES & set(named(section(PHOTO))))
    assert {field.name for field in fields(ImageMetadata)} <= set(named(section(PHOTO)))


def test_the_columns_of_exports_have_the_stated_types() -> None:
    rows = [re.findall(r"^\| (`.+`) \| (\w+) \|$", line) for line in section("Export").splitlines()]
    stated = [(name, kind) for row in rows for names, kind in row for name in re.findall(r"`(\w+)`", names)]
    assert stated == list(COLUMNS.items())
    assert set(COLUMNS) <= set(named(section(PHOTO)))


def tree_of(paths: list[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        inner = tree
        for part in path.split("."):
            inner = inner.setdefault(part, {})
    return tree


def found_in(value: Any, tree: Tree, path: str = "") -> set[str]:
    """The paths of a document, as deep as the page goes; lists are as their entries, data in capitals."""
    if isinstance(value, list):
        return {name for one in value for name in found_in(one, tree, path)} or {path}
    if not isinstance(value, dict) or not tree:
        return {path}
    found: set[str] = set()
    (placeholder,) = {name for name in tree if name.isupper()} or {""}
    for name, inner in value.items():
        key = placeholder or name
        found |= found_in(inner, tree.get(key, {}), f"{path}.{key}".lstrip("."))
    return found


def file_of(store: Collector, title: str) -> Any:
    (place,) = store.root.glob(title.replace("…", "*").replace("homes/*/", "homes/4732*/"))
    return json.loads(place.read_text(encoding="utf-8"))


@pytest.mark.parametrize("title", titles(FILES))
def test_each_file_has_the_fields_of_the_page(store: Collector, title: str) -> None:
    stated = named(section(title))
    tree = tree_of(stated)
    photos = {f"images.{name}" for name in named(section(PHOTO))} if "images.file" in stated else set()
    found = found_in(file_of(store, title), tree)
    assert sorted(found - photos - set(stated)) == [], "not on the page"
    assert sorted(set(stated) - found - ONLY_SOMETIMES) == [], "only on the page"


def test_every_file_is_on_the_page(store: Collector) -> None:
    written = {place.relative_to(store.root) for place in store.root.rglob("*.json")}
    described = {
        place.relative_to(store.root) for title in titles(FILES) for place in store.root.glob(title.replace("…", "*"))
    }
    assert written == described


def test_the_queries_of_the_page_give_rows(store: Collector) -> None:
    queries = re.sub(r"--.*", "", "".join(re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL))).split(";")
    with contextlib.closing(sqlite3.connect(store.catalogue.path)) as connection:
        counts = [len(connection.execute(query).fetchall()) for query in queries if query.strip()]
    assert counts == [1, 4, 1]


def test_feeds_have_the_fields_of_their_page() -> None:
    text = section("Records (`.jsonl`, `.json`, `.xml`)", (DOCS / "feeds.md").read_text(encoding="utf-8"))
    expected = {*feed_records.VISIT, *feed_records.OPEN, "evidence", "refused", "photos"}
    assert set(named(text)) == expected
    (photos,) = re.findall(r"^\| `photos` \| (.*) \|$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", photos)) == set(feed_records.PHOTO)

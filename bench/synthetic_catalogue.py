"""Fills a catalogue with a million photos in a minute: copies of a collected home under other names, by SQL."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, Table, text

from phx_scraper.storage.catalogue import schema

# Homes that one transaction adds, and the memory in kibibytes in which it sorts them into the indexes.
_HOMES_PER_TRANSACTION = 2_500
_CACHE = 500_000

_NAME = "name.name"
_HOME: Mapping[str, str] = {
    "property_hash": "name.property_hash",
    "identity": "'synthetic|' || name.property_hash",
    "street_key": "'synthetic|' || name.property_hash",
    "slug": "'synthetic-' || name.property_hash",
    "address": "name.property_hash || ' Synthetic St, Phoenix, AZ 85016'",
}
_IMAGE: Mapping[str, str] = {
    "raw_sha256": _NAME,
    "content_hash": _NAME,
    "phash": f"substr({_NAME}, 1, 16)",
    "dhash": f"substr({_NAME}, 17, 16)",
    "path": f"'processed/' || substr({_NAME}, 1, 8) || '/' || {_NAME} || '.png'",
    "raw_path": f"'raw/' || substr({_NAME}, 1, 2) || '/' || {_NAME} || '.jpg'",
}
_PHOTO: Mapping[str, str] = {
    "property_hash": "name.property_hash",
    "raw_sha256": _NAME,
    "url": f"'https://photos.zillowstatic.com/fp/' || {_NAME}",
    "fetched_url": f"'https://photos.zillowstatic.com/fp/' || {_NAME}",
}


def add_homes(path: Path, template: str, count: int, compared: str) -> None:
    """Add `count` copies of the home `template`; no other process may use the file; only once per catalogue.

    `compared` is the key under which the images are noted as compared with one another: their hashes are random.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA cache_size = -{_CACHE}")
        # A file damaged by a crash is made again: no journal, no fsync. Opening the catalogue restores the mode.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        pictures = [row[0] for row in database.execute(_PICTURES, {"template": template})]
        for first in range(0, count, _HOMES_PER_TRANSACTION):
            _add(database, template, pictures, range(first, min(first + _HOMES_PER_TRANSACTION, count)))
        database.execute(_COMPARED, {"key": compared})


def add_homes_by(connection: Connection, template: str, homes: range, compared: str) -> None:
    """The same for some homes, in a database of any kind and in its transaction."""
    pictures = [row[0] for row in connection.execute(text(_PICTURES), {"template": template})]
    connection.execute(text("CREATE TEMPORARY TABLE name (property_hash TEXT, template TEXT, name TEXT)"))
    rows = [{"h": home, "t": picture, "n": name} for home, picture, name in _names(pictures, homes)]
    connection.execute(text("INSERT INTO name VALUES (:h, :t, :n)"), rows)
    last = connection.execute(text("SELECT max(id) FROM photos")).scalar()
    for statement in _STATEMENTS:
        known = {"template": template, "last": last}
        connection.execute(text(statement), {name: value for name, value in known.items() if f":{name}" in statement})
    connection.execute(text("DROP TABLE name"))
    connection.execute(text("DELETE FROM meta WHERE key = :key"), {"key": compared})
    connection.execute(text(_COMPARED.replace("OR REPLACE ", "")), {"key": compared})


_PICTURES = "SELECT raw_sha256 FROM photos WHERE property_hash = :template ORDER BY position"
_COMPARED = "INSERT OR REPLACE INTO meta SELECT :key, CAST(max(number) AS TEXT) FROM image_hashes"


def _add(database: sqlite3.Connection, template: str, pictures: list[str], homes: range) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.execute("CREATE TEMP TABLE name (property_hash TEXT, template TEXT, name TEXT)")
    database.executemany("INSERT INTO name VALUES (?, ?, ?)", _names(pictures, homes))
    last = database.execute("SELECT max(id) FROM photos").fetchone()[0]
    for statement in _STATEMENTS:
        database.execute(statement, {"template": template, "last": last})
    database.execute("DROP TABLE temp.name")
    database.execute("COMMIT")


def _names(pictures: list[str], homes: range) -> Iterator[tuple[str, str, str]]:
    for number in homes:
        for picture in pictures:
            yield f"{number:08x}", picture, hashlib.sha256(f"{number} {picture}".encode()).hexdigest()


def _copies(table: Table, changed: Mapping[str, str], which: str) -> str:
    """Every column as the template has it, but for the changed ones."""
    # What a table numbers by itself is left to it: each database has its own way.
    names = [column.name for column in table.c if column is not table.autoincrement_column]
    values = ", ".join(changed.get(name, f"one.{name}") for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {which}"


def _of_home(table: Table) -> str:
    homes = "(SELECT DISTINCT property_hash FROM name) name"
    changed = {name: value for name, value in _HOME.items() if name in table.c}
    return _copies(table, changed, f"{homes} JOIN {table.name} one ON one.property_hash = :template")


_STATEMENTS = (
    _of_home(schema.homes),
    _of_home(schema.visits),
    _of_home(schema.listings),
    _copies(schema.images, _IMAGE, "name JOIN images one ON one.raw_sha256 = name.template"),
    _copies(
        schema.photos,
        _PHOTO,
        "name JOIN photos one ON one.property_hash = :template AND one.raw_sha256 = name.template",
    ),
    "INSERT INTO changes SELECT first_run_id, id, 'new' FROM photos WHERE id > :last",
)

"""All rows of a catalogue put into an empty one, of the same or of the other kind of database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select, update

from phx_scraper.errors import StorageError
from phx_scraper.storage.catalogue import job_slices, migrations, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.crawls_at_work import refuse_at_work
from phx_scraper.storage.catalogue.sql_dialects import continue_numbers
from phx_scraper.storage.catalogue.sql_helpers import chunks

_ROWS_AT_ONCE = 1000
_COMMAND = "catalogue copy"


def copy_rows(source: Catalogue, target: Catalogue) -> dict[str, int]:
    """Copy every row, in one transaction of the target; returns how many by table, without empty ones.

    Raises StorageError where the target holds rows, or a crawl is at work on the source, also if it began meanwhile.
    """
    with source.reading() as old:
        _refuse_work(old)
        with target.transaction() as new:
            _refuse_rows(new, target)
            counts = {table.name: _copied(old, new, table) for table in _tables()}
            with source.reading() as later:
                _refuse_work(later)
    return {name: number for name, number in counts.items() if number}


def _refuse_work(old: Connection) -> None:
    """What a worker collects after the copy would be missing there, and its homes be collected again."""
    refuse_at_work(old, _COMMAND)
    if job_slices.in_hand(old, time.time()):
        raise StorageError(
            f"A worker has homes of a job in hand: stop the workers, or let the job end, then run scrapy {_COMMAND}"
            " again."
        )


def _tables() -> list[Table]:
    """In an order in which each row comes after those that it points to; what triggers write comes last."""
    made = [table for table in schema.metadata.sorted_tables if table is not schema.image_hashes]
    return [*made, schema.image_hashes]


def _refuse_rows(new: Connection, target: Catalogue) -> None:
    for table in _tables():
        query = select(func.count()).select_from(table)
        if table is schema.meta:
            query = query.where(schema.meta.c.key != migrations.VERSION_KEY)
        if new.execute(query).scalar_one():
            raise StorageError(
                f"The catalogue {target.place} holds rows already (table {table.name}), and stays as it is: name an"
                " empty database, or a file that is not there yet."
            )


def _copied(old: Connection, new: Connection, table: Table) -> int:
    query = select(table)
    if table is schema.meta:
        query = query.where(schema.meta.c.key != migrations.VERSION_KEY)
    # Those of images that are in by now were noted by the triggers, under other numbers.
    if table is schema.image_hashes:
        new.execute(delete(table))
    own = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    number = 0
    for rows in _batches(old, query):
        new.execute(table.insert(), [{**row, **dict.fromkeys((column.name for column in own), None)} for row in rows])
        number += len(rows)
    for column in own:
        _point(old, new, table, column)
    continue_numbers(new, table)
    return number


def _point(old: Connection, new: Connection, table: Table, column: Column[Any]) -> None:
    """Let rows point to rows of their own table, once all are there."""
    (key,) = table.primary_key.columns
    change = update(table).where(key == bindparam("of_row")).values({column: bindparam("points_to")})
    query = select(key.label("of_row"), column.label("points_to")).where(column.is_not(None))
    for rows in _batches(old, query):
        new.execute(change, rows)


def _batches(old: Connection, query: Any) -> Iterator[list[Mapping[str, Any]]]:
    result = old.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
    for rows in chunks(result.mappings(), _ROWS_AT_ONCE):
        yield [dict(row) for row in rows]

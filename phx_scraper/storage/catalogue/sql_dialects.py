"""What SQLite and PostgreSQL say differently: every query of the catalogue runs on both, and names no database.

Also different are connections and transactions (`database.py`, `postgresql.py`) and the types of columns
(`postgresql_dialect.py`); nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select
from sqlalchemy import Text as TextType
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_POSTGRESQL = "postgresql"
_CHANGES = "phx_changed_rows"


class greatest(FunctionElement[Any]):  # noqa: N801 - as SQL's own functions
    """The larger of two values of a row."""

    inherit_cache = True


class json_row(FunctionElement[str]):  # noqa: N801
    """Values of a row as the text of a JSON list, which each database spells in its own way, always the same."""

    inherit_cache = True
    type = TextType()


class hex_digits(FunctionElement[str]):  # noqa: N801
    """A whole number as 16 hex digits."""

    inherit_cache = True
    type = TextType()


class joined(FunctionElement[str]):  # noqa: N801
    """The texts of many rows as one, in no promised order."""

    inherit_cache = True
    type = TextType()


_SPELLING = {
    "greatest": ("max({})", "greatest({})"),
    "json_row": ("json_array({})", "CAST(json_build_array({}) AS TEXT)"),
    "hex_digits": ("printf('%016x', {})", "lpad(to_hex({}), 16, '0')"),
    "joined": ("group_concat({}, '')", "string_agg({}, '')"),
}
"""Function -> how SQLite and PostgreSQL write it."""


def _spelt(element: Any, compiler: Any, **options: Any) -> str:
    of_sqlite, of_postgresql = _SPELLING[type(element).__name__]
    arguments = compiler.process(element.clauses, **options)
    # The SQL compiler reads `%` as its own.
    chosen = of_postgresql if compiler.dialect.name == _POSTGRESQL else of_sqlite
    return chosen.format(arguments)


for _function in (greatest, json_row, hex_digits, joined):
    compiles(_function)(_spelt)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet."""
    insert: Any = postgresql_insert if is_postgresql(connection) else sqlite_insert
    connection.execute(insert(table).on_conflict_do_nothing(), rows)


def is_postgresql(connection: Connection) -> bool:
    """Whether this is no SQLite file."""
    return connection.dialect.name == _POSTGRESQL


def changed_rows(connection: Connection) -> int:
    """How many rows this connection has changed so far."""
    if is_postgresql(connection):
        return int(connection.info.get(_CHANGES, 0))
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def count_changed_rows(connection: Connection, rows: int) -> None:
    """Note what a statement changed, for `changed_rows`: PostgreSQL does not count it."""
    connection.info[_CHANGES] = connection.info.get(_CHANGES, 0) + rows


def column_type(connection: Connection, column: Column[Any], of_sqlite: str) -> str:
    """The type of a column that is added, with its default: PostgreSQL's is that of the table as it is made today."""
    if not is_postgresql(connection):
        return of_sqlite
    dialect: Any = connection.dialect
    compiler = dialect.ddl_compiler(dialect, None)
    return str(compiler.get_column_specification(column)).partition(" ")[2]


def make_triggers(connection: Connection, triggers: Sequence[tuple[str, str, str]], body: str, table: str) -> None:
    """Make triggers on a table, each a name, an event and a condition, that insert what `body` says of a NEW row."""
    if is_postgresql(connection):
        connection.exec_driver_sql(
            f"CREATE FUNCTION {triggers[0][0]}_note() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body$ BEGIN {body} RETURN NULL; END $body$"
        )
    for name, event, condition in triggers:
        action = f"EXECUTE FUNCTION {triggers[0][0]}_note()" if is_postgresql(connection) else f"BEGIN {body} END"
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) {action}"
        )


def make_append_only(connection: Connection, table: str) -> None:
    """Have the database refuse to change or delete rows of a table."""
    sentence = f"rows of {table} are never changed"
    if is_postgresql(connection):
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body$ BEGIN RAISE EXCEPTION '{sentence}'; END $body$"
        )
    for event in ("UPDATE", "DELETE"):
        name = f"{table}_no_{event.lower()}"
        if is_postgresql(connection):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
            )
        else:
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )


def continue_numbers(connection: Connection, table: Table) -> None:
    """Have new rows numbered after those that were inserted with their numbers; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None or not is_postgresql(connection):
        return
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))


def time_text(connection: Connection, seconds: str) -> str:
    """SQL for a time in seconds since 1970 as ISO 8601 in UTC."""
    if is_postgresql(connection):
        return f"""to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {seconds}, 'unixepoch')"

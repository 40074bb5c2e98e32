"""The columns of a catalogue on PostgreSQL mean what they mean in SQLite, whatever the tables are written with.

Whole numbers have 64 bits; texts have no bound and are sorted by their bytes, whatever the language of the server.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

NAME = "postgresql+phx"
"""The dialect's name in a URL of SQLAlchemy."""


class _Number(BigInteger):
    render_bind_cast = True


class _Types(PGTypeCompiler):
    """Types of columns; those in a CAST stay as they are."""

    def visit_INTEGER(self, type_: Any, **options: Any) -> str:  # noqa: N802 - SQLAlchemy's
        return "BIGINT" if _is_column(options) else str(super().visit_INTEGER(type_, **options))

    def visit_VARCHAR(self, type_: Any, **options: Any) -> str:  # noqa: N802 - SQLAlchemy's
        return self._text(options) or str(super().visit_VARCHAR(type_, **options))

    def visit_TEXT(self, type_: Any, **options: Any) -> str:  # noqa: N802 - SQLAlchemy's
        return self._text(options) or str(super().visit_TEXT(type_, **options))

    def _text(self, options: dict[str, Any]) -> str:
        return 'TEXT COLLATE "C"' if _is_column(options) else ""


class Dialect(PGDialect_psycopg):
    """SQLAlchemy's own, but for the types."""

    type_compiler_cls = _Types
    colspecs = {**PGDialect_psycopg.colspecs, Integer: _Number}  # noqa: RUF012 - SQLAlchemy's own form
    supports_statement_cache = True


def _is_column(options: dict[str, Any]) -> bool:
    return isinstance(options.get("type_expression"), Column)


registry.register(NAME.replace("+", "."), __name__, Dialect.__name__)

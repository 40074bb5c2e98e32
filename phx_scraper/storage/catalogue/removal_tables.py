"""The catalogue's table of removals of files that have begun: it keeps storing and removing apart without the lock."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table

from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata

# One row for each file whose removal has begun, numbered in that order. Those that are over stay for a while, so that
# whoever wrote a file before can tell that it went.
removals_begun = Table(
    "removals_begun",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", CleanText, nullable=False),
    Column("holder", CleanText, nullable=False),
    Column("begun_at", Float, nullable=False),
    Column("is_over", Boolean, nullable=False),
    Index("removals_begun_by_path", "path"),
)

REMOVAL_TABLES = (removals_begun,)

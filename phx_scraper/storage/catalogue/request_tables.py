"""The catalogue's tables of what became of each run's requests; the records are those of `model/request_counts.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata

refusals = Table(
    "refusals",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    *(Column(name, CleanText, nullable=False) for name in ("source", "reason", "step", "way", "kind", "host")),
    Column("property_hash", String(64), nullable=False),
    Column("profile", CleanText, nullable=False),
    Column("proxy", CleanText, nullable=False),
    Column("at", Float, nullable=False),
)

step_counts = Table(
    "step_counts",
    metadata,
    Column("run_id", String(40), primary_key=True),
    *(Column(name, CleanText, primary_key=True) for name in ("source", "step", "way")),
    *(Column(name, Integer, nullable=False) for name in ("asked", "answered", "refused", "failed")),
    Column("last_answer_at", Float),
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    Index("step_counts_by_source", "source"),
)

homes_asked = Table(
    "homes_asked",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("source", CleanText, primary_key=True),
    Column("homes", Integer, nullable=False),
    Column("captchas", Integer, nullable=False),
)

# The rhythm of a run's requests: how many left so many seconds after the one before them at the same source, from
# `from_seconds` on up to the next class of `INTERVALS`.
request_intervals = Table(
    "request_intervals",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("source", CleanText, primary_key=True),
    Column("from_seconds", Float, primary_key=True),
    Column("number", Integer, nullable=False),
)

REQUEST_TABLES = (refusals, step_counts, homes_asked, request_intervals)

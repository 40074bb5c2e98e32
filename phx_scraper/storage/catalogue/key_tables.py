"""Keys of the API, the sessions that were begun with them, and what was done with them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.storage.catalogue.column_types import CleanText, JsonTuple
from phx_scraper.storage.catalogue.schema import metadata

_ID = 32

# `sha256` is of the whole key, which was shown once and is kept nowhere. A revoked key stays, for the audit.
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", String(_ID), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", CleanText, nullable=False),
    Column("scopes", JsonTuple(str), nullable=False),
    Column("homes_a_job", Integer),
    Column("jobs_a_day", Integer),
    Column("open_jobs", Integer),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("last_used_at", Float),
)

# Of a browser that showed a key: `sha256` is of the cookie's value.
api_sessions = Table(
    "api_sessions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("key_id", ForeignKey("api_keys.key_id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Float, nullable=False),
)

# Written to, and never changed: triggers refuse that. Refused tries with no known key have an empty `key_id`.
api_audit = Table(
    "api_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("key_id", CleanText, nullable=False),
    Column("client", CleanText, nullable=False),
    Column("action", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("status", Integer, nullable=False),
    Index("api_audit_by_key", "key_id", "at"),
    sqlite_autoincrement=True,
)

KEY_TABLES = (api_keys, api_sessions, api_audit)

"""The catalogue's tables of what was so once: listings as they were told, and what each run was."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata


def _home() -> Column[str]:
    """Of a home that is forgotten the history goes too."""
    return Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE"), nullable=False)


# A listing's facts, its status, date, claim and ids among them: a row for each time that one of them had changed.
listing_history = Table(
    "listing_history",
    metadata,
    Column("number", Integer, primary_key=True),
    _home(),
    Column("source", CleanText, nullable=False),
    Column("run_id", String(40), nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("facts", JSON, nullable=False),
    Index("listing_history_by_visit", "property_hash", "source", "number"),
    Index("listing_history_by_run", "run_id"),
)

# How a run ended each visit, and by which ways its steps went (`page browser, photo plain`). The last row of a visit
# counts. Only of the newest runs.
visit_history = Table(
    "visit_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run_id", String(40), nullable=False),
    _home(),
    Column("source", CleanText, nullable=False),
    Column("outcome", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("ways", CleanText, nullable=False, server_default=""),
    Index("visit_history_by_run", "run_id"),
    Index("visit_history_by_home", "property_hash"),
)

# The homes that runs were asked for: a row for each list, however many runs it was given to. `labels` has them by
# property_hash, in order.
home_lists = Table(
    "home_lists",
    metadata,
    Column("list_id", String(64), primary_key=True),
    Column("labels", JSON, nullable=False),
)

run_details = Table(
    "run_details",
    metadata,
    Column("run_id", String(40), primary_key=True),
    # `fresh`, `resume` or `incremental`; empty until the run has looked at its homes.
    Column("mode", CleanText, nullable=False, server_default=""),
    Column("list_id", ForeignKey("home_lists.list_id")),
    # By name; `seconds` by stage, written at the run's end.
    *(Column(name, JSON, nullable=False, server_default="{}") for name in ("versions", "settings", "seconds")),
)

HISTORY_TABLES = (listing_history, visit_history, home_lists, run_details)

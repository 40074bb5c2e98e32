"""What people decided about pictures."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.model.photo_decision import VERDICTS
from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata

# A person's word on one or two pictures of a home (`model.photo_decision`): rows are only added, and go only with the
# home. The other picture's columns are empty where the word is about one.
photo_decisions = Table(
    "photo_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE"), nullable=False),
    Column("verdict", CleanText, nullable=False),
    *(
        Column(f"{prefix}{name}", kind, nullable=False, server_default="")
        for prefix in ("", "other_")
        for name, kind in (
            ("source", CleanText),
            ("key", CleanText),
            ("raw_sha256", String(64)),
            ("phash", String(16)),
            ("dhash", String(16)),
        )
    ),
    Column("said_at", Float, nullable=False),
    CheckConstraint(f"verdict IN ({', '.join(map(repr, VERDICTS))})", name="verdict_known"),
    Index("photo_decisions_by_home", "property_hash"),
)

DECISION_TABLES = (photo_decisions,)

"""What later visits find out about what earlier ones had: pictures that photos showed before, and homes to look at."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.model.review import REVIEW_FLAGS
from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata

# A picture that a photo showed until its source changed it: the image stays, with its original and its file.
photo_versions = Table(
    "photo_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), nullable=False),
    Column("raw_sha256", ForeignKey("images.raw_sha256"), nullable=False),
    # Whether its file in `processed/` was kept: not that of a copy, nor one that was lost since.
    Column("has_picture", Boolean, nullable=False),
    Column("fetched_url", CleanText, nullable=False),
    Column("etag", CleanText, nullable=False),
    Column("last_modified", CleanText, nullable=False),
    Column("downloaded_at", Float),
    Column("replaced_at", Float, nullable=False),
    # The run that found the change.
    Column("run_id", String(40), nullable=False),
    Index("photo_versions_by_photo", "photo_id"),
    Index("photo_versions_by_image", "raw_sha256"),
)

# Why a person should look at a home: what `number` counts was found by run `run_id` at `raised_at`.
review_flags = Table(
    "review_flags",
    metadata,
    Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE"), primary_key=True),
    Column("flag", CleanText, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("run_id", String(40), nullable=False),
    Column("raised_at", Float, nullable=False),
    CheckConstraint(f"flag IN ({', '.join(map(repr, REVIEW_FLAGS))})", name="flag_known"),
)

REVISIT_TABLES = (photo_versions, review_flags)

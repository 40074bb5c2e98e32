"""What pictures show, and what that is made of beside tags and captions: people's words, and what a model sees."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.model.category import KINDS, SIGNALS
from phx_scraper.model.subjects import LOCATIONS
from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata, one_of

# What a photo's picture shows (`model.category.Category`), as `version` of words and model says: derived, and made
# again where it is stale. `kind` is the page's word, or what else the picture is found to be.
photo_categories = Table(
    "photo_categories",
    metadata,
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("location", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("signal", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("version", CleanText, nullable=False),
    one_of("location", LOCATIONS),
    one_of("signal", SIGNALS),
    one_of("kind", KINDS),
)

# The revision of a home that `categorised/` shows; a home without a row is not there.
categorised_homes = Table(
    "categorised_homes",
    metadata,
    Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

# What was put there, with the hash by which a file that a person changed is told; the rows of a home that is gone stay
# until its files are gone too.
categorised_files = Table(
    "categorised_files",
    metadata,
    Column("path", CleanText, primary_key=True),
    Column("property_hash", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Index("categorised_files_by_home", "property_hash"),
)

# A person's word on a picture of a home: the last one on a picture counts, and only with the home do they go. It holds
# for the bytes, wherever the home shows them, and for what `source` shows as `key` while that looks like it (`phash`).
category_corrections = Table(
    "category_corrections",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("property_hash", ForeignKey("homes.property_hash", ondelete="CASCADE"), nullable=False),
    Column("source", CleanText, nullable=False),
    Column("key", CleanText, nullable=False),
    Column("raw_sha256", String(64), nullable=False),
    Column("phash", String(16), nullable=False),
    Column("location", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("said_at", Float, nullable=False),
    one_of("location", LOCATIONS),
    one_of("kind", KINDS),
    Index("category_corrections_by_home", "property_hash"),
)

# What a model (`version` names it) sees in an image, whatever tags and captions say of the photo.
image_predictions = Table(
    "image_predictions",
    metadata,
    Column("raw_sha256", ForeignKey("images.raw_sha256", ondelete="CASCADE"), primary_key=True),
    Column("version", CleanText, nullable=False),
    Column("location", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("signal", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    one_of("location", LOCATIONS),
    one_of("signal", SIGNALS),
    one_of("kind", ("", *KINDS)),
)

CATEGORY_TABLES = (
    photo_categories,
    categorised_homes,
    categorised_files,
    category_corrections,
    image_predictions,
)

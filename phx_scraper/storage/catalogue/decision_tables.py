"""What people decided about pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from phx_scraper.model.photo_decision import PAIR_VERDICTS, VERDICTS
from phx_scraper.storage.catalogue.column_types import CleanText
from phx_scraper.storage.catalogue.schema import metadata


def _pictures(*prefixes: str) -> Iterator[Column[Any]]:
    """The columns of a `model.photo_decision.Sighting`, under each prefix."""
    for prefix in prefixes:
        yield Column(f"{prefix}source", CleanText, nullable=False, server_default="")
        yield Column(f"{prefix}key", CleanText, nullable=False, server_default="")
        for name, digits in (("raw_sha256", 64), ("phash", 16), ("dhash", 16)):
            yield Column(f"{prefix}{name}", String(digits), nullable=False, server_default="")


def _home(name: str) -> Column[Any]:
    return Column(name, ForeignKey("homes.property_hash", ondelete="CASCADE"), nullable=False)


def _one_of(verdicts: Sequence[str]) -> CheckConstraint:
    return CheckConstraint(f"verdict IN ({', '.join(map(repr, verdicts))})", name="verdict_known")


# A person's word on one or two pictures of a home (`model.photo_decision`): rows are only added, and go only with the
# home. The other picture's columns are empty where the word is about one.
photo_decisions = Table(
    "photo_decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    _home("property_hash"),
    Column("verdict", CleanText, nullable=False),
    *_pictures("", "other_"),
    Column("said_at", Float, nullable=False),
    _one_of(VERDICTS),
    Index("photo_decisions_by_home", "property_hash"),
)

# A person's word on a picture of a home and one of another home: rows are only added, and go with either home.
decisions_across = Table(
    "decisions_across_homes",
    metadata,
    Column("number", Integer, primary_key=True),
    _home("property_hash"),
    _home("other_property_hash"),
    Column("verdict", CleanText, nullable=False),
    *_pictures("", "other_"),
    Column("said_at", Float, nullable=False),
    _one_of(PAIR_VERDICTS),
    Index("decisions_across_homes_by_home", "property_hash"),
    Index("decisions_across_homes_by_other", "other_property_hash"),
)

DECISION_TABLES = (photo_decisions, decisions_across)

"""Visits whose page claims more photos than it showed: what a person may want to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from phx_scraper.model.outcome import LISTED
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.photo_counts import VisitKey, photo_counts
from phx_scraper.storage.catalogue.sql_helpers import chunks

visits, listings = schema.visits, schema.listings


def shortfalls(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> dict[VisitKey, int]:
    """(property_hash, source) -> photos that are missing of the claim; those left out on purpose are not missing."""
    found: dict[VisitKey, int] = {}
    for part in chunks(dict.fromkeys(property_hashes)):
        counts = photo_counts(connection, part, sources)
        for row in connection.execute(_claims(part, sources)):
            visit = row.property_hash, row.source
            shown = counts[visit].found if visit in counts else 0
            missing = row.claimed_photo_count - shown - sum(number for _, number in row.refused)
            if missing > 0:
                found[visit] = missing
    return found


def _claims(part: Sequence[str], sources: Sequence[str]) -> Any:
    same = and_(listings.c.property_hash == visits.c.property_hash, listings.c.source == visits.c.source)
    columns = (visits.c.property_hash, visits.c.source, visits.c.claimed_photo_count, listings.c.refused)
    ended = and_(visits.c.outcome.in_(LISTED), visits.c.claimed_photo_count.is_not(None))
    return (
        select(*columns)
        .join(listings, same)
        .where(ended, visits.c.property_hash.in_(part), visits.c.source.in_(sources))
    )

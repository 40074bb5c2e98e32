"""What a listing was found to prove, and which of its photos were left out, without reading the photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from phx_scraper.model.listing import Evidence
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

listings = schema.listings


@dataclass(frozen=True, slots=True)
class ListingNote:
    """Evidence of one listing, and (reason, count) of the photos left out."""

    evidence: tuple[Evidence, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()


def listing_notes(connection: Connection, property_hashes: Sequence[str]) -> dict[tuple[str, str], ListingNote]:
    """(property_hash, source) -> what is noted of the listing."""
    columns = (listings.c.property_hash, listings.c.source, listings.c.evidence, listings.c.refused)
    return {
        (row.property_hash, row.source): ListingNote(row.evidence, row.refused)
        for part in chunks(dict.fromkeys(property_hashes))
        for row in connection.execute(select(*columns).where(listings.c.property_hash.in_(part)))
    }

"""Visits with what the checks need to judge them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.visit_checks import CheckedVisit
from phx_scraper.storage.catalogue.listing_notes import ListingNote, listing_notes
from phx_scraper.storage.catalogue.photo_counts import photo_counts, visit_rows


def checked_visits(connection: Connection, homes: Sequence[str], sources: Sequence[str]) -> list[CheckedVisit]:
    """The visits of these homes at these sources, in this order, with their photos counted."""
    counts, notes = photo_counts(connection, homes, sources), listing_notes(connection, homes)
    found = []
    for visit in visit_rows(connection, homes, sources):
        key = (visit.property_hash, visit.source)
        note = notes.get(key, ListingNote())
        found.append(CheckedVisit(visit, counts.get(key, PhotoCounts()), note.evidence, note.refused))
    return found

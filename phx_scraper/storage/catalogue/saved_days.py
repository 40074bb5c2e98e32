"""Of which day a visit's listing is, and visits made due because a person saved a later page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, select, update

from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import schema, view_change_counter
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit

visits, listings = schema.visits, schema.listings


class ListingDay(NamedTuple):
    """When a visit's listing was as it is known, in seconds since 1970; `partial` as in `model.listing`.

    `saved_at` is the day of the saved page that was last taken up for the visit, None where the site was asked since.
    """

    day: float
    partial: bool
    saved_at: float | None


def listing_days(
    connection: Connection, property_hashes: Collection[str], sources: Sequence[str]
) -> dict[DueVisit, ListingDay]:
    """Of each visit that has a listing, or for which a saved page was taken up."""
    query = (
        select(visits.c.property_hash, visits.c.source, visits.c.saved_at, listings.c.seen_at, listings.c.partial)
        .select_from(visits.outerjoin(listings, of_visit(listings, visits.c)))
        .where(visits.c.source.in_(sources), visits.c.saved_at.is_not(None) | listings.c.seen_at.is_not(None))
    )
    return {
        DueVisit(row.property_hash, row.source): ListingDay(
            row.seen_at if row.saved_at is None else row.saved_at, bool(row.partial), row.saved_at
        )
        for part in chunks(property_hashes)
        for row in connection.execute(query.where(visits.c.property_hash.in_(part)))
    }


def take_up(connection: Connection, saves: Mapping[DueVisit, float]) -> int:
    """Make visits due at once for a saved page of the given day; those that a run works on are left to it.

    The day is kept with the visit: a page that led to no listing makes it due once only. Returns how many there are.
    """
    view_change_counter.note(connection)
    taken = 0
    for visit, day in saves.items():
        free = and_(of_visit(visits, visit), visits.c.lease_run.is_(None))
        values = {"outcome": "pending", "not_before": None, "needs_page": True, "saved_at": day}
        taken += connection.execute(update(visits).where(free).values(**values)).rowcount
    return taken

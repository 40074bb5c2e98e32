"""What other sources have proved of a home: their listings, for ids that lead to it at this source too."""

from __future__ import annotations

from sqlalchemy import Connection, and_, select

from phx_scraper.model.listing import Listing
from phx_scraper.model.outcome import LISTED
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.rows import listing_of

visits, listings = schema.visits, schema.listings


def proved_elsewhere(connection: Connection, property_hash: str, source: str) -> tuple[Listing, ...]:
    """Listings of the home at other sources, by source: those recorded with evidence and not refused since."""
    same = and_(visits.c.property_hash == listings.c.property_hash, visits.c.source == listings.c.source)
    recorded = and_(visits.c.outcome == "pending", visits.c.needs_page.is_(False))
    query = (
        select(listings)
        .join(visits, same)
        .where(listings.c.property_hash == property_hash, listings.c.source != source)
        .where(visits.c.outcome.in_(LISTED) | recorded)
        .order_by(listings.c.source)
    )
    return tuple(listing_of(row) for row in connection.execute(query))

"""What a home's listings say of one another: agreements are recorded, a contradicted listing is refused.

All listings of the home are compared anew at each ending, so the order in which sources answer does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, select, update

from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.outcome import LISTED
from phx_scraper.model.visit import DueVisit
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.rows import listing_of
from phx_scraper.storage.catalogue.sql_helpers import of_visit

visits, listings, photos, images = schema.visits, schema.listings, schema.photos, schema.images

CONTRADICTION = "contradiction"
"""How the reason of a refused visit begins, and the whole reason of its photos."""

REST_SECONDS = 7 * 86400.0
"""A contradiction does not go away by asking at once again."""

_CROSS_SOURCE = "@"
"""Kinds of evidence that name another source hold it."""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Of one listing: `refused` says why it is (empty: it is not).

    `agreements` is what other sources confirm, or show for a person to review.
    """

    refused: str = ""
    agreements: tuple[Evidence, ...] = ()


def ended_listings(connection: Connection, property_hash: str) -> list[Listing]:
    """Listings of the home whose visits ended well, or were refused by an earlier cross-check; by source."""
    accepted = visits.c.outcome.in_(LISTED) | visits.c.reason.startswith(CONTRADICTION)
    query = _listings(property_hash).where(accepted, visits.c.lease_run.is_(None))
    return [listing_of(row) for row in connection.execute(query)]


def proved_elsewhere(connection: Connection, property_hash: str, source: str) -> tuple[Listing, ...]:
    """Listings of the home at other sources, by source: those recorded with evidence and not refused since.

    Their ids lead to the home at this source too.
    """
    recorded = and_(visits.c.outcome == "pending", visits.c.needs_page.is_(False))
    query = _listings(property_hash).where(listings.c.source != source, visits.c.outcome.in_(LISTED) | recorded)
    return tuple(listing_of(row) for row in connection.execute(query))


def _listings(property_hash: str) -> Select[Any]:
    query = select(listings).join(visits, of_visit(visits, listings.c)).where(listings.c.property_hash == property_hash)
    return query.order_by(listings.c.source)


def note_agreements(
    connection: Connection, property_hash: str, ended: Sequence[Listing], found: Mapping[str, CrossCheck]
) -> None:
    """Write what a home's ended listings confirm of one another, where it differs."""
    for listing in ended:
        visit, check = DueVisit(property_hash, listing.source), found.get(listing.source, CrossCheck())
        own = tuple(piece for piece in listing.evidence if _CROSS_SOURCE not in piece.kind)
        evidence = (*own, *check.agreements)
        if evidence != listing.evidence:
            connection.execute(update(listings).where(of_visit(listings, visit)).values(evidence=evidence))


def apply_cross_check(
    connection: Connection, property_hash: str, ended: Sequence[Listing], found: Mapping[str, CrossCheck], now: float
) -> set[str]:
    """Refuse or accept a home's ended listings by what was found; returns paths of pictures that refused ones had."""
    unused: set[str] = set()
    for listing in ended:
        visit, check = DueVisit(property_hash, listing.source), found.get(listing.source, CrossCheck())
        if check.refused:
            unused |= _refuse(connection, visit, check.refused, now)
        else:
            _accept(connection, visit)
    return unused


def _refuse(connection: Connection, visit: DueVisit, why: str, now: float) -> set[str]:
    ending = {"outcome": "error", "reason": f"{CONTRADICTION}:{why}", "not_before": now + REST_SECONDS}
    connection.execute(update(visits).where(of_visit(visits, visit)).values(**ending))
    shown = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    paths = set(connection.execute(shown.where(of_visit(photos, visit), photos.c.state == "stored")).scalars())
    had = photos.c.state.in_(("stored", "duplicate"))
    failed = {"state": "failed", "reason": CONTRADICTION, "duplicate_of": None, "duplicate_kind": "", "distance": None}
    connection.execute(update(photos).where(of_visit(photos, visit), had).values(**failed))
    return paths


def _accept(connection: Connection, visit: DueVisit) -> None:
    """Photos refused before come back as copies of nothing: deciding duplicates, which follows, puts them in place."""
    refused = and_(photos.c.state == "failed", photos.c.reason == CONTRADICTION)
    back = connection.execute(
        update(photos).where(of_visit(photos, visit), refused).values(state="duplicate", reason="")
    ).rowcount
    ending = {"outcome": "ok" if back else "empty", "reason": "", "not_before": None}
    connection.execute(update(visits).where(of_visit(visits, visit), visits.c.outcome == "error").values(**ending))

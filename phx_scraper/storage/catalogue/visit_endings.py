"""What the end of a visit changes, step by step; `run.visits` takes the steps, in one transaction."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from phx_scraper.errors import StorageError
from phx_scraper.model.outcome import CLEAR, ENDED
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.photos import settled_state
from phx_scraper.storage.catalogue.sql_helpers import NO_LEASE, log_change, of_visit
from phx_scraper.storage.catalogue.transient_photos import shown_last

visits, listings, photos = schema.visits, schema.listings, schema.photos

MAX_DETAIL = 2000
"""Characters of an ending's detail that are kept."""
GONE = "gone_from_listing"
"""Why a photo failed that its listing dropped before it was fetched."""


def mark_removed(connection: Connection, lease: VisitLease, now: float) -> None:
    """Mark photos that the visit's listing shows no longer."""
    last = select(listings.c.revision).where(of_visit(listings, lease)).scalar_subquery()
    is_gone = and_(of_visit(photos, lease), photos.c.removed_at.is_(None), photos.c.revision < last)
    gone = connection.execute(select(photos).where(is_gone)).all()
    for photo in gone:
        values: dict[str, Any] = {"removed_at": now, "run_id": lease.run_id, "check_due": False}
        if photo.state == "pending":
            values |= {"state": settled_state(photo), "reason": GONE}
        connection.execute(update(photos).where(photos.c.id == photo.id).values(**values))
    log_change(connection, lease.run_id, [photo.id for photo in gone], "removed")


def write_outcome(
    connection: Connection,
    lease: VisitLease,
    outcome: str,
    now: float,
    reason: str = "",
    detail: str = "",
    not_before: float | None = None,
) -> None:
    """Say how the visit ended, and give it back. Raises StorageError for what is no ending of a visit.

    `detail` is for people; `not_before` is the time before which the visit is not tried again.
    """
    if outcome not in ENDED:
        raise StorageError(f"{outcome!r} is no ending of a visit.")
    values: dict[str, Any] = {
        "outcome": outcome,
        "reason": reason,
        "detail": detail[:MAX_DETAIL],
        "not_before": not_before,
        "needs_page": True,
        **NO_LEASE,
        "finished_at": now,
        "run_id": lease.run_id,
    }
    if outcome in CLEAR:
        values["attempts"] = 0
    connection.execute(update(visits).where(of_visit(visits, lease)).values(**values))


def reopen(connection: Connection, lease: VisitLease) -> int:
    """Leave good visits of the home open as `reopen_home` does; returns how many photos are of this visit.

    0 where this visit stays ended, being refused: its photos wait for its next look. Such photos were duplicates, are
    the best copy now, and neither their file nor the original is there any more; or their fetching was forgotten, which
    must not pass for done.
    """
    return reopen_home(connection, lease.property_hash).get(lease.source, 0)


def reopen_home(connection: Connection, property_hash: str) -> dict[str, int]:
    """Open good visits of the home whose listing shows photos still to fetch: how many, by source."""
    query = select(photos.c.source).join(listings, shown_last())
    is_open = or_(photos.c.state == "pending", photos.c.check_due)
    open_photos = query.where(is_open, photos.c.removed_at.is_(None))
    of_home = photos.c.property_hash == property_hash
    pending = Counter(connection.execute(open_photos.where(of_home)).scalars())
    return {source: number for source, number in pending.items() if _open_again(connection, property_hash, source)}


def _open_again(connection: Connection, property_hash: str, source: str) -> bool:
    chosen = and_(of_visit(visits, DueVisit(property_hash, source)), visits.c.outcome == "ok")
    values = {"outcome": "pending", "needs_page": False, "not_before": None}
    return connection.execute(update(visits).where(chosen).values(**values)).rowcount > 0


def count_duplicates(connection: Connection, lease: VisitLease) -> int:
    """How many of the photos that the visit's listing shows are copies."""
    query = select(func.count()).select_from(photos).where(of_visit(photos, lease), photos.c.removed_at.is_(None))
    return int(connection.execute(query.where(photos.c.state == "duplicate")).scalar_one())

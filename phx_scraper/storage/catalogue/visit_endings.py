"""The end of a visit, in one transaction: removed photos marked, listings judged, duplicates decided anew, done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from phx_scraper.errors import StorageError
from phx_scraper.model.outcome import CLEAR, ENDED
from phx_scraper.model.visit import Finished, VisitLease
from phx_scraper.storage.catalogue import removal_queue, schema
from phx_scraper.storage.catalogue.apply_cross_check import RunCrossCheck, judge_home
from phx_scraper.storage.catalogue.apply_duplicates import Decide, Restore, apply_duplicates
from phx_scraper.storage.catalogue.near_duplicate_pairs import touch_neighbours
from phx_scraper.storage.catalogue.photos import settled_state
from phx_scraper.storage.catalogue.sql_helpers import log_change, owned_visit

visits, listings, photos = schema.visits, schema.listings, schema.photos

MAX_DETAIL = 2000
"""Characters of an ending's detail that are kept."""
GONE = "gone_from_listing"
"""Why a photo failed that its listing dropped before it was fetched."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit ended; `not_before` is the time before which it is not tried again.

    `detail` is for people. `photos_wanted` False is a dry run: photos that were never fetched do not keep it open.
    """

    outcome: str
    reason: str
    not_before: float | None = None
    photos_wanted: bool = True
    detail: str = ""


def finish(
    connection: Connection,
    lease: VisitLease,
    ending: Ending,
    decide: Decide,
    restore: Restore,
    judge: RunCrossCheck,
    now: float,
) -> Finished:
    """End a visit and settle the home's pictures. Raises LeaseLost, StorageError for an unknown outcome or decision."""
    if ending.outcome not in ENDED:
        raise StorageError(f"{ending.outcome!r} is no ending of a visit.")
    owned_visit(connection, lease)
    removed = _mark_removed(connection, lease, now) if ending.outcome == "ok" else 0
    _write_ending(connection, lease, ending, now)
    unused = judge_home(connection, lease.property_hash, judge, now)
    unused |= apply_duplicates(connection, lease.property_hash, decide, restore)
    touch_neighbours(connection, lease.property_hash)
    removal_queue.queue(connection, unused)
    reopened = _reopen(connection, lease) if ending.photos_wanted else 0
    return _tally(connection, lease, removed, reopened)


def _mark_removed(connection: Connection, lease: VisitLease, now: float) -> int:
    last = (
        select(listings.c.revision)
        .where(listings.c.property_hash == lease.property_hash, listings.c.source == lease.source)
        .scalar_subquery()
    )
    gone = connection.execute(
        select(photos).where(*_of_visit(lease), photos.c.removed_at.is_(None), photos.c.revision < last)
    ).all()
    for photo in gone:
        values: dict[str, Any] = {"removed_at": now, "run_id": lease.run_id}
        if photo.state == "pending":
            values |= {"state": settled_state(photo), "reason": GONE}
        connection.execute(update(photos).where(photos.c.id == photo.id).values(**values))
    log_change(connection, lease.run_id, [photo.id for photo in gone], "removed")
    return len(gone)


def _write_ending(connection: Connection, lease: VisitLease, ending: Ending, now: float) -> None:
    values: dict[str, Any] = {
        "outcome": ending.outcome,
        "reason": ending.reason,
        "detail": ending.detail[:MAX_DETAIL],
        "not_before": ending.not_before,
        "needs_page": True,
        "lease_run": None,
        "lease_holder": None,
        "lease_until": None,
        "finished_at": now,
        "run_id": lease.run_id,
    }
    if ending.outcome in CLEAR:
        values["attempts"] = 0
    connection.execute(update(visits).where(_visit(lease.property_hash, lease.source)).values(**values))


def _reopen(connection: Connection, lease: VisitLease) -> int:
    """Leave good visits of the home open whose listing shows photos still to fetch; returns how many are of this visit.

    0 where this visit stays ended, being refused: its photos wait for its next look. Such photos were duplicates, are
    the best copy now, and neither their file nor the original is there any more; or their fetching was forgotten, which
    must not pass for done.
    """
    of_listing = (listings.c.property_hash == photos.c.property_hash) & (listings.c.source == photos.c.source)
    pending = Counter(
        connection.execute(
            select(photos.c.source)
            .join(listings, of_listing)
            .where(
                photos.c.property_hash == lease.property_hash,
                photos.c.state == "pending",
                photos.c.removed_at.is_(None),
                photos.c.revision == listings.c.revision,
            )
        ).scalars()
    )
    again = [source for source in pending if _open_again(connection, lease.property_hash, source)]
    return pending[lease.source] if lease.source in again else 0


def _open_again(connection: Connection, property_hash: str, source: str) -> bool:
    chosen = and_(_visit(property_hash, source), visits.c.outcome == "ok")
    values = {"outcome": "pending", "needs_page": False, "not_before": None}
    return connection.execute(update(visits).where(chosen).values(**values)).rowcount > 0


def _tally(connection: Connection, lease: VisitLease, removed: int, reopened: int) -> Finished:
    counted = select(photos.c.state, func.count().label("number")).where(
        *_of_visit(lease), photos.c.removed_at.is_(None)
    )
    states = {row.state: row.number for row in connection.execute(counted.group_by(photos.c.state))}
    return Finished(
        stored=states.get("stored", 0),
        duplicates=states.get("duplicate", 0),
        failed=states.get("failed", 0),
        removed=removed,
        reopened=reopened,
    )


def _of_visit(lease: VisitLease) -> tuple[Any, ...]:
    return photos.c.property_hash == lease.property_hash, photos.c.source == lease.source


def _visit(property_hash: str, source: str) -> Any:
    return and_(visits.c.property_hash == property_hash, visits.c.source == source)

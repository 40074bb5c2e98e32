"""Visits: which are due, who works on them, and giving them back. Every process on one catalogue goes by these rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from phx_scraper.model.outcome import TROUBLE
from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import LEASE_SECONDS, DueVisit, VisitLease, WaitingVisit
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import schema, transient_photos, view_change_counter
from phx_scraper.storage.catalogue.apply_cross_check import proved_elsewhere
from phx_scraper.storage.catalogue.rows import PHOTO_COLUMNS, listing_of, photo_of
from phx_scraper.storage.catalogue.sql_helpers import NO_LEASE, chunks, mark_stale, of_visit, owned_visit
from phx_scraper.storage.process_identity import is_dead

visits, homes, listings, photos = schema.visits, schema.homes, schema.listings, schema.photos

DAY = 86400.0

Dead = Callable[[str], bool]


def due(
    connection: Connection,
    property_hashes: Sequence[str],
    sources: Sequence[str],
    now: float,
    refresh_days: float,
    rest: float = math.inf,
    at_once: Collection[str] = (),
) -> list[DueVisit]:
    """Visits to work on, in the order of the homes, then of the sources; `lease` has the last word on each.

    Among them are good ones with photos that time may have healed, once those have rested for `rest` seconds (for a
    reason among `at_once`: without a rest): asking for these does not put off the next look at the page.
    """
    dead = cache(is_dead)
    before = now - refresh_days * DAY
    healable = transient_photos.with_healable(connection, property_hashes, sources, now - rest, at_once)
    return [
        DueVisit(row.property_hash, row.source)
        for row in _ordered(connection, property_hashes, sources)
        if _is_free(row, now, dead)
        and (_is_due(row, now, good_before=before, bad_before=now) or _is_worth_a_look(row, healable, before))
    ]


def waiting(
    connection: Connection, property_hashes: Sequence[str], sources: Sequence[str], run_id: str, now: float
) -> list[WaitingVisit]:
    """Visits that other runs work on, in the same order."""
    dead = cache(is_dead)
    return [
        WaitingVisit(row.property_hash, row.source, row.lease_until)
        for row in _ordered(connection, property_hashes, sources)
        if row.lease_run != run_id and not _is_free(row, now, dead)
    ]


def lease(
    connection: Connection,
    visit: DueVisit,
    run_id: str,
    holder: str,
    now: float,
    seconds: float = LEASE_SECONDS,
    page_before: float = math.inf,
) -> VisitLease | None:
    """Take a visit for `seconds`; None if it was finished since this run began, rests, or is in a live run's hands.

    A good one whose page was read after `page_before` is for the photos only that time may have healed.
    """
    crash_points.hit("lease.before")
    match = of_visit(visits, visit)
    row = connection.execute(_with_home().where(match)).first()
    began = _began(connection, run_id, now)
    # A late heartbeat does not make a run start a second time on what it is still at.
    if row is None or row.lease_run == run_id or not _is_free(row, now, is_dead):
        return None
    if not _is_due(row, now, good_before=began, bad_before=began):
        return None
    taken = {"lease_run": run_id, "lease_holder": holder, "lease_until": now + seconds, "started_at": now}
    if _was_read_after(row, page_before) and transient_photos.reopen(connection, visit):
        taken |= {"outcome": "pending", "needs_page": False}
    connection.execute(update(visits).where(match).values(**taken, attempts=row.attempts + 1))
    view_change_counter.note(connection)
    crash_points.hit("lease.after")
    return _granted(connection, row, run_id, holder, bool(taken.get("needs_page", row.needs_page)))


def heartbeat(connection: Connection, run_id: str, now: float, seconds: float = LEASE_SECONDS) -> int:
    """Prolong all leases of a run; returns how many it still holds."""
    mine = visits.c.lease_run == run_id
    return connection.execute(update(visits).where(mine).values(lease_until=now + seconds)).rowcount


def release(connection: Connection, held: VisitLease, reason: str = "", not_before: float | None = None) -> None:
    """Give an unfinished visit back; what it has recorded so far stays, and is to be shown. Raises LeaseLost."""
    row = owned_visit(connection, held)
    mark_stale(connection, held.property_hash)
    resting = not_before if not_before is not None else row.not_before
    values = {**NO_LEASE, "reason": reason, "detail": "", "not_before": resting}
    connection.execute(update(visits).where(of_visit(visits, held)).values(**values))


def sharers(connection: Connection, now: float) -> dict[str, int]:
    """How many runs hold visits of each source; those of dead processes are none."""
    dead = cache(is_dead)
    held = and_(visits.c.lease_run.is_not(None), visits.c.lease_until > now)
    query = select(visits.c.source, visits.c.lease_run, visits.c.lease_holder).where(held).distinct()
    return Counter(row.source for row in connection.execute(query) if not dead(row.lease_holder))


_OF_VISIT = of_visit(listings, visits.c)


def _with_home() -> Any:
    columns = visits, homes.c.address, homes.c.slug, homes.c.extras, listings.c.seen_at
    joined = visits.join(homes, homes.c.property_hash == visits.c.property_hash).outerjoin(listings, _OF_VISIT)
    return select(*columns).select_from(joined)


def _ordered(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> Iterator[Row[Any]]:
    rank = {source: number for number, source in enumerate(sources)}
    for part in chunks(dict.fromkeys(property_hashes)):
        match = and_(visits.c.property_hash.in_(part), visits.c.source.in_(sources))
        place = {property_hash: number for number, property_hash in enumerate(part)}
        query = select(visits, listings.c.seen_at).select_from(visits.outerjoin(listings, _OF_VISIT))
        rows = connection.execute(query.where(match)).all()
        yield from sorted(rows, key=lambda row: (place[row.property_hash], rank[row.source]))


def _began(connection: Connection, run_id: str, now: float) -> float:
    started = connection.execute(select(schema.runs.c.started_at).where(schema.runs.c.run_id == run_id)).scalar()
    return now if started is None else float(started)


def _is_due(row: Row[Any], now: float, good_before: float, bad_before: float) -> bool:
    """Whether a visit is open, or was finished before the given times (by whether its outcome is good or bad)."""
    if row.not_before is not None and row.not_before > now:
        return False
    if row.outcome == "pending":
        return True
    if row.outcome in TROUBLE:
        # Without a time to come back it is tried once a run: else a run would never end.
        return row.not_before is not None or bool(row.finished_at <= bad_before)
    return bool(row.finished_at <= good_before)


def _was_read_after(row: Row[Any], page_before: float) -> bool:
    return row.outcome == "ok" and row.seen_at is not None and row.seen_at > page_before


def _is_worth_a_look(row: Row[Any], healable: Collection[DueVisit], page_before: float) -> bool:
    """Whether a good visit has photos that may have healed, or was last finished for such and its page is old now."""
    if row.outcome != "ok":
        return False
    is_old = row.seen_at is not None and row.seen_at <= page_before
    return is_old or DueVisit(row.property_hash, row.source) in healable


def _is_free(row: Row[Any], now: float, dead: Dead) -> bool:
    return row.lease_run is None or bool(row.lease_until <= now) or dead(row.lease_holder)


def _granted(connection: Connection, row: Row[Any], run_id: str, holder: str, needs_page: bool) -> VisitLease:
    listing = connection.execute(select(listings).where(of_visit(listings, row))).first()
    needs_page = needs_page or listing is None
    shown = () if needs_page else pending_photos(connection, row)
    return VisitLease(
        property_hash=row.property_hash,
        address=row.address,
        slug=row.slug,
        source=row.source,
        run_id=run_id,
        holder=holder,
        attempts=row.attempts + 1,
        needs_page=needs_page,
        listing=listing_of(listing, shown) if listing else None,
        extras=row.extras,
        others=proved_elsewhere(connection, row.property_hash, row.source),
    )


def pending_photos(connection: Connection, visit: Any) -> tuple[Photo, ...]:
    """What the visit's last recorded listing shows and is still to be fetched or checked, in gallery order."""
    last = select(listings.c.revision).where(of_visit(listings, visit)).scalar_subquery()
    shown = and_(of_visit(photos, visit), photos.c.revision == last, photos.c.removed_at.is_(None))
    columns: list[Any] = [photos.c.fallbacks, *(column.label(name) for name, column in PHOTO_COLUMNS.items())]
    query = select(*columns).where(shown, or_(photos.c.state == "pending", photos.c.check_due))
    return tuple(photo_of(row) for row in connection.execute(query.order_by(photos.c.position, photos.c.key)))

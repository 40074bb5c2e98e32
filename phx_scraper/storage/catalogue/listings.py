"""A listing as just read, put beside what is known of it: new photos become pending, known ones keep their state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from phx_scraper.model.listing import Listing
from phx_scraper.model.listing_facts import facts_of
from phx_scraper.model.photo import ON_PAGE, Photo
from phx_scraper.model.reasons import is_transient
from phx_scraper.model.visit import VisitLease
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import listing_history, schema
from phx_scraper.storage.catalogue.column_types import clean
from phx_scraper.storage.catalogue.leases import pending_photos
from phx_scraper.storage.catalogue.rows import LISTING_COLUMNS
from phx_scraper.storage.catalogue.sql_helpers import log_change, of_visit, owned_visit, upsert

visits, listings, photos = schema.visits, schema.listings, schema.photos

_MAX_CLAIM = 1_000_000


@dataclass(frozen=True, slots=True)
class _Recording:
    """What is the same for all photos of one recording; `force` asks for known ones to be fetched again.

    `adds` is set for a part of a listing that is known whole: what is known of it stays, only new photos are added. A
    page that a person saved does not have the site asked (`asks_site`) whether known photos have changed.
    """

    lease: VisitLease
    revision: int
    force: bool
    adds: bool
    asks_site: bool
    now: float


def record(
    connection: Connection, lease: VisitLease, listing: Listing, now: float, saved_at: float | None = None
) -> tuple[Photo, ...]:
    """Store a listing and its photos; returns the photos to fetch, in gallery order. Raises LeaseLost.

    `saved_at` is the day of a page that a person saved. A partial listing takes the place of no whole one, and its
    photos count as shown along with those that are known. A known photo stays as it is; where only the site can tell
    whether it shows another picture by now, it is among those to fetch, with `check_due`.
    """
    recording = _recording(connection, lease, listing, asks_site=saved_at is None, now=now)
    crash_points.hit("insert.before")
    if not recording.adds:
        key = {"property_hash": lease.property_hash, "source": lease.source}
        listing_history.note(connection, lease, listing.url, facts_of(listing, _claimed(listing)), now)
        upsert(connection, listings, key, _listing_values(recording, listing, now))
    _record_photos(connection, recording, listing.photos)
    _mark_recorded(connection, lease, listing, saved_at)
    crash_points.hit("insert.after")
    return pending_photos(connection, lease)


def _recording(connection: Connection, lease: VisitLease, listing: Listing, asks_site: bool, now: float) -> _Recording:
    visit = owned_visit(connection, lease)
    columns = listings.c.revision, listings.c.partial
    known = connection.execute(select(*columns).where(of_visit(listings, lease))).first()
    if known is None:
        return _Recording(lease, 1, visit.force, adds=False, asks_site=asks_site, now=now)
    # Photos of an earlier revision are those that the listing shows no more, which a part cannot tell.
    revision = known.revision if listing.partial else known.revision + 1
    adds = listing.partial and not known.partial
    return _Recording(lease, revision, visit.force, adds=adds, asks_site=asks_site, now=now)


def _mark_recorded(connection: Connection, lease: VisitLease, listing: Listing, saved_at: float | None) -> None:
    # From here on the visit is open whatever it was before: a crash must leave its new photos to be fetched.
    values = {"outcome": "pending", "needs_page": False, "force": False, "reason": "", "detail": ""}
    told = {"claimed_photo_count": _claimed(listing), "saved_at": saved_at}
    connection.execute(update(visits).where(of_visit(visits, lease)).values(**values, **told))


def _listing_values(recording: _Recording, listing: Listing, now: float) -> dict[str, Any]:
    return {
        **{name: getattr(listing, name) for name in LISTING_COLUMNS if name != "source"},
        "claimed_photo_count": _claimed(listing),
        "refused": sorted(listing.refused),
        "revision": recording.revision,
        "seen_at": now,
        "run_id": recording.lease.run_id,
    }


def _claimed(listing: Listing) -> int | None:
    """The claimed number of photos, None where a page claims nonsense."""
    count = listing.claimed_photo_count
    return count if count is not None and 0 <= count <= _MAX_CLAIM else None


def _record_photos(connection: Connection, recording: _Recording, shown: Sequence[Photo]) -> None:
    known = _known_photos(connection, recording.lease)
    # A key stands for one photo; the first place it is shown at counts.
    unique: dict[str, Photo] = {}
    for photo in shown:
        unique.setdefault(clean(photo.key), photo)
    _insert_new(connection, recording, {key: photo for key, photo in unique.items() if key not in known})
    _update_known(connection, recording, [(known[key], photo) for key, photo in unique.items() if key in known])
    _log(connection, recording, known)


def _known_photos(connection: Connection, lease: VisitLease) -> dict[str, Row[Any]]:
    return {row.key: row for row in connection.execute(select(photos).where(of_visit(photos, lease)))}


def _insert_new(connection: Connection, recording: _Recording, new: Mapping[str, Photo]) -> None:
    lease = recording.lease
    last = _last_position(connection, lease) if recording.adds else 0
    rows = [
        {
            "property_hash": lease.property_hash,
            "source": lease.source,
            "key": key,
            "state": "pending",
            "first_run_id": lease.run_id,
            **_shown_values(recording, photo),
            "position": last + photo.position,
        }
        for key, photo in new.items()
    ]
    if rows:
        connection.execute(photos.insert(), rows)


def _last_position(connection: Connection, lease: VisitLease) -> int:
    """Photos that are added to a gallery come after it: among its own their place is not known."""
    return connection.execute(select(func.max(photos.c.position)).where(of_visit(photos, lease))).scalar() or 0


def _update_known(connection: Connection, recording: _Recording, pairs: Sequence[tuple[Row[Any], Photo]]) -> None:
    rows = [
        {
            "photo_id": row.id,
            **(_seen_again(recording) if recording.adds else _shown_values(recording, photo)),
            **_state_values(recording, row, photo),
        }
        for row, photo in pairs
    ]
    if rows:
        connection.execute(update(photos).where(photos.c.id == bindparam("photo_id")), rows)


def _shown_values(recording: _Recording, photo: Photo) -> dict[str, Any]:
    return {**{name: getattr(photo, name) for name in ON_PAGE}, **_seen_again(recording)}


def _seen_again(recording: _Recording) -> dict[str, Any]:
    return {"revision": recording.revision, "removed_at": None, "run_id": recording.lease.run_id}


def _state_values(recording: _Recording, row: Row[Any], photo: Photo) -> dict[str, Any]:
    never_had = row.state == "failed" and row.raw_sha256 is None
    heals = row.state != "pending" and is_transient(row.reason)
    has_other_files = never_had and not recording.adds and _is_another_chance(row, photo)
    has_picture = row.state in {"stored", "duplicate"}
    if heals and has_picture and not row.smaller_copy and not recording.force:
        return {"state": row.state, "reason": "", "check_due": True, "checked_at": row.checked_at}
    if recording.force or heals or has_other_files:
        return {"state": "pending", "reason": "", "check_due": False, "checked_at": row.checked_at}
    values = {"state": row.state, "reason": row.reason, "check_due": False, "checked_at": row.checked_at}
    if has_picture and recording.asks_site:
        unchanged = _is_surely_unchanged(row, photo)
        # Bytes that come with the page are the source's word.
        told = {"checked_at": recording.now} if photo.data and unchanged and not row.reason else {}
        values |= {"check_due": not unchanged, **told}
    return values


def _is_surely_unchanged(row: Row[Any], photo: Photo) -> bool:
    """Whether the photo shows what it did: its bytes came with the page, or its address names them."""
    if photo.data:
        return bool(sha256(photo.data).hexdigest() == row.raw_sha256)
    return photo.names_content or photo.is_embedded


def _is_another_chance(row: Row[Any], photo: Photo) -> bool:
    """Whether a photo that failed for good is shown by other files now, or again, or comes with its bytes."""
    files = [row.url, *row.fallbacks]
    return files != [photo.url, *photo.fallbacks] or row.removed_at is not None or bool(photo.data)


def _log(connection: Connection, recording: _Recording, before: Mapping[str, Row[Any]]) -> None:
    lease = recording.lease
    live = {key for key, row in before.items() if row.removed_at is None}
    shown_now = and_(of_visit(photos, lease), photos.c.revision == recording.revision)
    shown = connection.execute(select(photos.c.id, photos.c.key).where(shown_now)).all()
    log_change(connection, lease.run_id, [row.id for row in shown if row.key not in live], "new")
    log_change(connection, lease.run_id, [row.id for row in shown if row.key in live], "unchanged")

"""Digests of a home's rows: where they are what they were, nothing is compared or written again.

They leave out what a visit always renews: when and by which run something was looked at. A column that is added later
is in them, unless it is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, select, update

from phx_scraper.model.listing import Evidence
from phx_scraper.model.visit import DueVisit
from phx_scraper.sources import SOURCES, source_priority
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_dialects import changed_rows, json_row
from phx_scraper.storage.catalogue.sql_helpers import of_visit

homes, visits, listings = schema.homes, schema.visits, schema.listings
photos, images = schema.photos, schema.images

# Evidence has a digest of its own.
_RENEWED_LISTING = {"revision", "seen_at", "run_id", "evidence"}
_BETWEEN = " "
_RENEWED_PHOTO = {"revision", "run_id", "check_due", "checked_at", "etag", "last_modified", "http_status"}
# The hash of the bytes and the version of the hashes stand for it.
_LARGE = {"signature"}
_OF_VISIT = (visits.c.outcome, visits.c.reason, visits.c.claimed_photo_count)
_COMPARED_PHOTO = (
    *("id", "source", "key", "position", "kind", "caption", "tags", "state", "raw_sha256"),
    *("duplicate_of", "duplicate_kind", "distance", "hidden"),
)


def is_compared(connection: Connection, property_hash: str, rule: str) -> bool:
    """Whether the home's live pictures, and what was decided of them, are as this rule left them.

    `rule` tells it with all that it decides by; an empty one was never compared by.
    """
    noted = select(homes.c.compared).where(homes.c.property_hash == property_hash)
    return bool(rule) and connection.execute(noted).scalar() == _compared(connection, property_hash, rule)


def note_compared(connection: Connection, property_hash: str, rule: str) -> None:
    """Note that the home's pictures stand as this rule decided; an empty one has them compared again."""
    digest = _compared(connection, property_hash, rule) if rule else ""
    connection.execute(update(homes).where(homes.c.property_hash == property_hash).values(compared=digest))


def is_shown(connection: Connection, visit: DueVisit) -> bool:
    """Whether the home's folder, as last written, shows this visit with its listing and photos as they are.

    What the home's listings confirm of one another counts once no other visit of the home is in hand: until then it is
    incomplete, and that visit's end asks again.
    """
    columns = visits.c.source, visits.c.shown, visits.c.lease_run, listings.c.evidence
    query = select(*columns).outerjoin(listings, of_visit(listings, visits.c))
    rows = connection.execute(query.where(visits.c.property_hash == visit.property_hash)).all()
    noted = {row.source: row.shown.partition(_BETWEEN) for row in rows}
    own, _, _ = noted.get(visit.source, ("", "", ""))
    if not own or own != _digest(_shown_rows(connection, visit)):
        return False
    in_hand = any(row.lease_run is not None for row in rows)
    return in_hand or all(noted[row.source][2] == _evidence(row.evidence) for row in rows)


def note_shown(connection: Connection, property_hash: str) -> None:
    """Note that the home's folder shows all its visits as they are; the caller's write lock makes that so."""
    query = select(visits.c.source, listings.c.evidence).outerjoin(listings, of_visit(listings, visits.c))
    for row in connection.execute(query.where(visits.c.property_hash == property_hash)).all():
        visit = DueVisit(property_hash, row.source)
        shown = f"{_digest(_shown_rows(connection, visit))}{_BETWEEN}{_evidence(row.evidence)}"
        connection.execute(update(visits).where(of_visit(visits, visit)).values(shown=shown))


def changes_so_far(connection: Connection) -> int:
    """How many rows this connection has changed: the same number twice tells that nothing changed between."""
    return changed_rows(connection)


def _compared(connection: Connection, property_hash: str, rule: str) -> str:
    pictures = (column for column in images.c if column.name not in _LARGE | {"raw_sha256"})
    row = json_row(*(photos.c[name] for name in _COMPARED_PHOTO), *pictures)
    is_live = and_(
        photos.c.property_hash == property_hash,
        photos.c.removed_at.is_(None),
        photos.c.state.in_(("stored", "duplicate")),
    )
    query = select(row).join(images, images.c.raw_sha256 == photos.c.raw_sha256).where(is_live).order_by(photos.c.id)
    ranks = (f"{source}={source_priority(source)}" for source in sorted(SOURCES))
    return _digest([rule, *ranks, *connection.execute(query).scalars()])


def _evidence(found: Sequence[Evidence] | None) -> str:
    return _digest(repr(piece) for piece in found or ())


def _shown_rows(connection: Connection, visit: DueVisit) -> Iterator[str]:
    yield from _rows(connection, visits, _OF_VISIT, visit)
    yield from _rows(connection, listings, _all_but(listings, _RENEWED_LISTING), visit)
    query = (
        select(json_row(*_all_but(photos, _RENEWED_PHOTO), *_all_but(images, _LARGE)))
        .outerjoin(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(of_visit(photos, visit))
        .order_by(photos.c.id)
    )
    yield from connection.execute(query).scalars()


def _rows(
    connection: Connection, table: Table, columns: Iterable[ColumnElement[Any]], visit: DueVisit
) -> Iterable[str]:
    return connection.execute(select(json_row(*columns)).where(of_visit(table, visit))).scalars()


def _all_but(table: Table, left_out: set[str]) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in left_out]


def _digest(rows: Iterable[str]) -> str:
    return sha256("\n".join(rows).encode()).hexdigest()

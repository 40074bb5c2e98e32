"""Small statements that several parts of the catalogue share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select, update

from phx_scraper.errors import LeaseLost
from phx_scraper.model.visit import VisitLease
from phx_scraper.storage.catalogue import schema, view_change_counter

T = TypeVar("T")

CHUNK = 500
"""Values in one `IN (…)`: well below what any database refuses."""

NO_LEASE: dict[str, Any] = {"lease_run": None, "lease_holder": None, "lease_until": None}
"""How a visit stands that nobody works on."""


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def of_visit(table: Any, visit: Any) -> ColumnElement[bool]:
    """Rows of a table that belong to the visit (`property_hash` and `source`) of a record, a row or another table."""
    return and_(table.c.property_hash == visit.property_hash, table.c.source == visit.source)


def upsert(connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Update the row with this key, or insert it; the caller's write lock makes the two one step."""
    match = and_(*(table.c[name] == value for name, value in key.items()))
    if connection.execute(update(table).where(match).values(**values)).rowcount == 0:
        connection.execute(table.insert().values(**key, **values))


def owned_visit(connection: Connection, lease: VisitLease) -> Row[Any]:
    """The visit's row if `lease` still holds it. Raises LeaseLost otherwise."""
    row = connection.execute(select(schema.visits).where(of_visit(schema.visits, lease))).first()
    if row is None or row.lease_run != lease.run_id or row.lease_holder != lease.holder:
        now_with = f"run {row.lease_run} holds it now" if row is not None and row.lease_run else "nobody holds it now"
        raise LeaseLost(f"The visit of {lease.address} at {lease.source} is no longer ours: {now_with}.")
    return row


def mark_stale(connection: Connection, property_hash: str) -> None:
    """Note that the views of this home are out of date."""
    homes = schema.homes
    view_change_counter.note(connection)
    connection.execute(
        update(homes).where(homes.c.property_hash == property_hash).values(revision=homes.c.revision + 1)
    )


def log_change(connection: Connection, run_id: str, photo_ids: Sequence[int], change: str) -> None:
    """Add to the run's change log; what the run first said of a photo stands, unless the photo then went away."""
    changes = schema.changes
    for part in chunks(photo_ids):
        of_these = and_(changes.c.run_id == run_id, changes.c.photo_id.in_(part))
        if change == "changed":
            connection.execute(update(changes).where(of_these, changes.c.change == "unchanged").values(change=change))
        elif change == "removed":
            connection.execute(update(changes).where(of_these).values(change=change))
        known = set(connection.execute(select(changes.c.photo_id).where(of_these)).scalars())
        fresh = [{"run_id": run_id, "photo_id": photo, "change": change} for photo in part if photo not in known]
        if fresh:
            connection.execute(changes.insert(), fresh)

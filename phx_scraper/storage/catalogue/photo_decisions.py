"""What people decided about pictures, added and read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from phx_scraper.model.photo_decision import PhotoDecision, Sighting
from phx_scraper.storage.catalogue.decision_tables import photo_decisions
from phx_scraper.storage.catalogue.home_digests import note_compared
from phx_scraper.storage.catalogue.sql_helpers import chunks


def add(
    connection: Connection, property_hash: str, verdict: str, one: Sighting, other: Sighting | None, now: float
) -> None:
    """Add a person's word; what follows from it is written by `apply_duplicates`."""
    values = {**one._asdict(), "property_hash": property_hash, "verdict": verdict, "said_at": now}
    if other is not None:
        values |= {f"other_{name}": value for name, value in other._asdict().items()}
    connection.execute(photo_decisions.insert().values(**values))
    # The home's pictures are compared again, though they are what they were.
    note_compared(connection, property_hash, "")


def of_homes(connection: Connection, property_hashes: Sequence[str]) -> dict[str, tuple[PhotoDecision, ...]]:
    """property_hash -> what was decided there, oldest first; homes without decisions are left out."""
    found: dict[str, tuple[PhotoDecision, ...]] = {}
    for part in chunks(property_hashes):
        query = select(photo_decisions).where(photo_decisions.c.property_hash.in_(part))
        for row in connection.execute(query.order_by(photo_decisions.c.number)):
            found[row.property_hash] = (*found.get(row.property_hash, ()), _decision(row))
    return found


def of_home(connection: Connection, property_hash: str) -> tuple[PhotoDecision, ...]:
    """What was decided at a home, oldest first."""
    return of_homes(connection, [property_hash]).get(property_hash, ())


def move(connection: Connection, label: str, other: str) -> None:
    """Have the home `label` take over what was decided at the home `other`, which becomes one with it."""
    of_other = photo_decisions.c.property_hash == other
    connection.execute(update(photo_decisions).where(of_other).values(property_hash=label))
    note_compared(connection, label, "")


def _decision(row: Row[Any]) -> PhotoDecision:
    one, other = (
        Sighting(**{name: getattr(row, f"{prefix}{name}") for name in Sighting._fields}) for prefix in ("", "other_")
    )
    return PhotoDecision(row.number, row.verdict, one, other if other.source else None, row.said_at)

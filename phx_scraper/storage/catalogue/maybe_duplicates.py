"""Pairs of one home's photos that may be copies and are both kept: with what was measured, for people to judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from phx_scraper.model.photo import Decision
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

maybe, photos = schema.maybe_duplicates, schema.photos

Measures = Mapping[str, float]
Place = tuple[str, str, str]
"""property_hash, source and key of a photo."""


def replace(connection: Connection, property_hash: str, decisions: Iterable[Decision]) -> None:
    """Have the table hold the pairs of these decisions, and no others of the home."""
    wanted = {
        (min(decision.photo_id, other), max(decision.photo_id, other)): dict(measures)
        for decision in decisions
        for other, measures in decision.maybe
    }
    of_home = select(photos.c.id).where(photos.c.property_hash == property_hash)
    rows = connection.execute(select(maybe).where(maybe.c.photo_id.in_(of_home))).all()
    known = {(row.photo_id, row.other_id): row.measures for row in rows}
    for pair, measures in known.items():
        if wanted.get(pair) != measures:
            connection.execute(delete(maybe).where(maybe.c.photo_id == pair[0], maybe.c.other_id == pair[1]))
    new = [
        {"photo_id": pair[0], "other_id": pair[1], "measures": measures}
        for pair, measures in wanted.items()
        if known.get(pair) != measures
    ]
    if new:
        connection.execute(insert(maybe), new)


def of_homes(
    connection: Connection, property_hashes: Sequence[str]
) -> dict[Place, tuple[tuple[str, str, Measures], ...]]:
    """Place of a photo -> source and key of each other one of the home that it may be a copy of, and the measures."""
    one, other = photos.alias("one"), photos.alias("other")
    columns = (one.c.property_hash, one.c.source, one.c.key, other.c.source, other.c.key, maybe.c.measures)
    found: dict[Place, list[tuple[str, str, Measures]]] = {}
    for part in chunks(property_hashes):
        for first, second in ((one, other), (other, one)):
            query: Any = (
                select(*columns)
                .join_from(maybe, first, first.c.id == maybe.c.photo_id)
                .join(second, second.c.id == maybe.c.other_id)
                .where(first.c.property_hash.in_(part), one.c.removed_at.is_(None), other.c.removed_at.is_(None))
            )
            for property_hash, source, key, *pair in connection.execute(query):
                found.setdefault((property_hash, source, key), []).append((pair[0], pair[1], pair[2]))
    return {place: tuple(sorted(others, key=lambda each: each[:2])) for place, others in found.items()}

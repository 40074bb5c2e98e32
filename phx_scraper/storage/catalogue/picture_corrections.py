"""What people said that pictures show, added and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from phx_scraper.model.category import Category, Seen
from phx_scraper.storage.catalogue.category_tables import category_corrections
from phx_scraper.storage.catalogue.sql_helpers import chunks, mark_stale

_COLUMNS = category_corrections.c


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on the picture `raw_sha256`, which `source` showed as `key` and looks as `phash` says.

    `said_at` is in seconds since 1970.
    """

    source: str
    key: str
    raw_sha256: str
    phash: str
    seen: Seen
    said_at: float


def add(connection: Connection, property_hash: str, correction: Correction) -> None:
    """Keep a person's word for ever; earlier ones stay beside it. The home's folder is to tell it."""
    one = correction
    values: dict[str, Any] = {name: getattr(one, name) for name in ("source", "key", "raw_sha256", "phash", "said_at")}
    values |= {"location": one.seen.category.location, "subject": one.seen.category.subject, "kind": one.seen.kind}
    connection.execute(insert(category_corrections).values(**values, property_hash=property_hash))
    mark_stale(connection, property_hash)


def of_homes(connection: Connection, property_hashes: Sequence[str]) -> dict[str, tuple[Correction, ...]]:
    """property_hash -> what was said there, oldest first; homes of which nothing was said are left out."""
    found: dict[str, tuple[Correction, ...]] = {}
    for part in chunks(property_hashes):
        query = select(category_corrections).where(_COLUMNS.property_hash.in_(part)).order_by(_COLUMNS.number)
        for row in connection.execute(query):
            found[row.property_hash] = (*found.get(row.property_hash, ()), _correction(row))
    return found


def of_home(connection: Connection, property_hash: str) -> tuple[Correction, ...]:
    """What people said of a home's pictures, oldest first: the last word on a picture counts."""
    return of_homes(connection, [property_hash]).get(property_hash, ())


def _correction(row: Row[Any]) -> Correction:
    seen = Seen(Category(row.location, row.subject, 100, "correction"), row.kind)
    return Correction(row.source, row.key, row.raw_sha256, row.phash, seen, row.said_at)

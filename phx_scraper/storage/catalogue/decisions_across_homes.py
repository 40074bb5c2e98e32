"""What people decided about pairs of pictures of two homes: which only look alike, added and read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from phx_scraper.model.photo_decision import DecisionAcross, Sighting, is_like
from phx_scraper.storage.catalogue import photo_decisions, schema
from phx_scraper.storage.catalogue.decision_tables import decisions_across
from phx_scraper.storage.catalogue.near_duplicate_pairs import touch_neighbours
from phx_scraper.storage.catalogue.sql_helpers import chunks, mark_stale

photos, images = schema.photos, schema.images
_COLUMNS = decisions_across.c

Apart = frozenset[frozenset[str]]
"""Pairs of images (raw_sha256) that a person told apart."""


def add(connection: Connection, decision: DecisionAcross) -> None:
    """Add a person's word, whatever its `number`; the pages of both homes, and of those like them, are to follow it."""
    one, other = decision.one._asdict(), decision.other._asdict()
    values: dict[str, Any] = {name: getattr(decision, name) for name in ("verdict", "said_at")}
    values |= one | {f"other_{name}": value for name, value in other.items()}
    homes = {"property_hash": decision.home, "other_property_hash": decision.other_home}
    connection.execute(insert(decisions_across).values(**values, **homes))
    for home in homes.values():
        touch_neighbours(connection, home)


def of_homes(connection: Connection, property_hashes: Sequence[str]) -> dict[str, tuple[DecisionAcross, ...]]:
    """property_hash -> what was decided with it as the first home, oldest first; the others are left out."""
    found: dict[str, tuple[DecisionAcross, ...]] = {}
    for part in chunks(property_hashes):
        query = select(decisions_across).where(_COLUMNS.property_hash.in_(part)).order_by(_COLUMNS.number)
        for row in connection.execute(query):
            found[row.property_hash] = (*found.get(row.property_hash, ()), _decision(row))
    return found


def apart(connection: Connection) -> Apart:
    """Of all homes: of decisions about the same pictures the newest holds.

    A picture is meant with its copies at its home: the better one that comes later looks like the other home's too.
    """
    rows = connection.execute(select(decisions_across).order_by(_COLUMNS.number)).all()
    if not rows:
        return frozenset()
    ones, others = _files(connection, ""), _files(connection, "other_")
    told: dict[frozenset[str], str] = {}
    for decision in map(_decision, rows):
        for one in {decision.one.raw_sha256, *ones.get(decision.number, ())}:
            for other in {decision.other.raw_sha256, *others.get(decision.number, ())}:
                told[frozenset((one, other))] = decision.verdict
    return frozenset(pair for pair, verdict in told.items() if verdict == "not_duplicate")


def move(connection: Connection, label: str, other: str) -> None:
    """Have the home `label` take over what was decided at `other`, which becomes one with it.

    What was said of both becomes a decision of that home.
    """
    for name in ("property_hash", "other_property_hash"):
        connection.execute(update(decisions_across).where(_COLUMNS[name] == other).values({name: label}))
    within = (_COLUMNS.property_hash == label, _COLUMNS.other_property_hash == label)
    for row in connection.execute(select(decisions_across).where(*within).order_by(_COLUMNS.number)).all():
        said = _decision(row)
        photo_decisions.add(connection, label, said.verdict, said.one, said.other, said.said_at)
    connection.execute(delete(decisions_across).where(*within))


def mark_others_stale(connection: Connection, property_hashes: Sequence[str]) -> None:
    """Note that homes whose folders tell of decisions with these, which are about to go, are out of date."""
    for part in chunks(property_hashes):
        query = select(_COLUMNS.property_hash).where(_COLUMNS.other_property_hash.in_(part)).distinct()
        for property_hash in connection.execute(query).scalars().all():
            mark_stale(connection, property_hash)


def _files(connection: Connection, side: str) -> dict[int, set[str]]:
    """By number of the decision: the files that one side's picture, or a copy of it, has at its home now."""
    sighted, shown = photos.alias("sighted"), photos.alias("shown")
    source, key, raw_sha256 = (_COLUMNS[f"{side}{name}"] for name in ("source", "key", "raw_sha256"))
    is_photo = (sighted.c.source == source) & (sighted.c.key == key)
    group = func.coalesce(sighted.c.duplicate_of, sighted.c.id)
    query = (
        select(decisions_across, sighted.c.raw_sha256.label("now"), images.c.phash, images.c.dhash, shown.c.raw_sha256)
        .join(sighted, sighted.c.property_hash == _COLUMNS[f"{side}property_hash"])
        .join(images, images.c.raw_sha256 == sighted.c.raw_sha256)
        .join(shown, or_(shown.c.id == group, shown.c.duplicate_of == group))
        .where(or_(sighted.c.raw_sha256 == raw_sha256, is_photo), shown.c.raw_sha256.is_not(None))
    )
    found: dict[int, set[str]] = {}
    for row in connection.execute(query):
        *columns, now, phash, dhash, file = row
        said = _sighting(dict(zip(_COLUMNS.keys(), columns, strict=True)), side)
        if said.raw_sha256 == now or is_like(said, phash, dhash):
            found.setdefault(columns[0], set()).add(file)
    return found


def _decision(row: Row[Any]) -> DecisionAcross:
    told = row._mapping
    homes = told["property_hash"], told["other_property_hash"]
    sides = _sighting(told, ""), _sighting(told, "other_")
    return DecisionAcross(told["number"], told["verdict"], homes[0], sides[0], homes[1], sides[1], told["said_at"])


def _sighting(told: Any, side: str) -> Sighting:
    return Sighting(*(told[f"{side}{name}"] for name in Sighting._fields))

"""What the report's pages ask beyond a home's gallery, in few rows, so that an index of all homes reads no photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from phx_scraper.model.category import UNKNOWN
from phx_scraper.model.listing_facts import FactValues
from phx_scraper.model.run import RunRow
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.category_tables import photo_categories
from phx_scraper.storage.catalogue.history_tables import listing_history
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images = schema.homes, schema.photos, schema.images
changes, runs = schema.changes, schema.runs


class HomeState(NamedTuple):
    """A home and the count of its changes: a page that was written at another one is out of date."""

    property_hash: str
    address: str
    slug: str
    revision: int
    city: str
    first_run_id: str


class Cover(NamedTuple):
    """The first picture of a home; sizes in pixels."""

    path: str
    content_hash: str
    width: int
    height: int


class FactsSeen(NamedTuple):
    """What a source's listing was known to say from `seen_at` on."""

    source: str
    seen_at: float
    facts: FactValues


class ChangeCount(NamedTuple):
    """How many photos of a source a run found `new`, `changed` or `removed`."""

    run_id: str
    started_at: float
    source: str
    change: str
    number: int


def latest_with_news(connection: Connection) -> RunRow | None:
    """The latest run that found a home, a listing's fact or a photo that was not so before."""
    found = [
        select(homes.c.property_hash).where(homes.c.first_run_id == runs.c.run_id),
        select(listing_history.c.number).where(listing_history.c.run_id == runs.c.run_id),
        select(changes.c.photo_id).where(changes.c.run_id == runs.c.run_id, changes.c.change != "unchanged"),
    ]
    query = select(runs).where(or_(*(one.exists() for one in found)))
    row = connection.execute(query.order_by(runs.c.started_at.desc(), runs.c.run_id).limit(1)).first()
    return record(RunRow, row) if row else None


def home_states(connection: Connection) -> list[HomeState]:
    """Every home, in the order of the index: by city, then address."""
    columns = (homes.c[name] for name in HomeState._fields)
    query = select(*columns).order_by(homes.c.city, homes.c.address, homes.c.property_hash)
    return [HomeState(*row) for row in connection.execute(query)]


def covers(connection: Connection) -> dict[str, Cover]:
    """property_hash -> the first of its kept pictures, of all homes that have one; drawings only where no photo is."""
    shown = is_shown()
    listed = ("property_hash", "source", "kind")
    first = (
        select(*(photos.c[name] for name in listed), func.min(photos.c.position).label("position"))
        .where(shown)
        .group_by(*(photos.c[name] for name in listed))
        .subquery()
    )
    query = (
        select(*(photos.c[name] for name in listed), *(images.c[name] for name in Cover._fields))
        .join(first, and_(*(photos.c[name] == first.c[name] for name in (*listed, "position"))))
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(shown)
        .order_by(photos.c.key)
    )
    found: dict[str, tuple[tuple[bool, int], Cover]] = {}
    for row in connection.execute(query):
        rank = (row.kind != "photo", source_priority(row.source))
        if row.property_hash not in found or rank < found[row.property_hash][0]:
            found[row.property_hash] = (rank, Cover(row.path, row.content_hash, row.width, row.height))
    return {property_hash: cover for property_hash, (_, cover) in found.items()}


def picture_paths(connection: Connection) -> list[tuple[str, str, str | None]]:
    """Home, path and path of the original of every kept picture."""
    query = select(photos.c.property_hash, images.c.path, images.c.raw_path).join(
        images, images.c.raw_sha256 == photos.c.raw_sha256
    )
    return [tuple(row) for row in connection.execute(query.where(is_shown()))]


def subjects(connection: Connection) -> dict[str, list[str]]:
    """property_hash -> what its kept pictures show, by name; without `unknown`."""
    query = (
        select(photos.c.property_hash, photo_categories.c.subject)
        .join(photo_categories, photo_categories.c.photo_id == photos.c.id)
        .where(is_shown(), photo_categories.c.subject != UNKNOWN.subject)
        .distinct()
        .order_by(photos.c.property_hash, photo_categories.c.subject)
    )
    found: dict[str, list[str]] = {}
    for property_hash, subject in connection.execute(query):
        found.setdefault(property_hash, []).append(subject)
    return found


def facts_over_time(connection: Connection, property_hashes: Sequence[str]) -> dict[str, list[FactsSeen]]:
    """property_hash -> what its listings said, the oldest first; a row where a fact differs from the one before."""
    found: dict[str, list[FactsSeen]] = {}
    for part in chunks(property_hashes):
        query = select(listing_history).where(listing_history.c.property_hash.in_(part))
        for row in connection.execute(query.order_by(listing_history.c.number)):
            found.setdefault(row.property_hash, []).append(FactsSeen(row.source, row.seen_at, row.facts))
    return found


def photo_changes(connection: Connection, property_hashes: Sequence[str]) -> dict[str, list[ChangeCount]]:
    """property_hash -> what each run found of its photos that was not so before, the oldest first."""
    found: dict[str, list[ChangeCount]] = {}
    for part in chunks(property_hashes):
        rows: Any = connection.execute(
            select(
                photos.c.property_hash,
                runs.c.run_id,
                runs.c.started_at,
                photos.c.source,
                changes.c.change,
                func.count(),
            )
            .select_from(photos)
            .join(changes, changes.c.photo_id == photos.c.id)
            .join(runs, runs.c.run_id == changes.c.run_id)
            .where(photos.c.property_hash.in_(part), changes.c.change != "unchanged")
            .group_by(photos.c.property_hash, runs.c.run_id, runs.c.started_at, photos.c.source, changes.c.change)
            .order_by(runs.c.started_at, photos.c.source, changes.c.change)
        )
        for property_hash, *told in rows:
            found.setdefault(property_hash, []).append(ChangeCount(*told))
    return found

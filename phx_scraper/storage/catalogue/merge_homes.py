"""Homes that the catalogue took for two and that are one: what was collected of either is kept under one label."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, select, update

from phx_scraper.homes import identity_of, parse_address
from phx_scraper.storage.catalogue import decisions_across_homes, photo_decisions, removal_queue, restart_visits, schema
from phx_scraper.storage.catalogue.category_tables import category_corrections
from phx_scraper.storage.catalogue.history_tables import listing_history, visit_history
from phx_scraper.storage.catalogue.identities import KnownHome
from phx_scraper.storage.catalogue.job_tables import job_homes
from phx_scraper.storage.catalogue.sql_helpers import mark_stale
from phx_scraper.storage.files import paths

if TYPE_CHECKING:
    from phx_scraper.homes import Home

homes, visits, listings, photos = schema.homes, schema.visits, schema.listings, schema.photos

_TABLES = (listings, photos, visits, listing_history, visit_history)


def as_one(connection: Connection, home: Home, found: Sequence[KnownHome]) -> KnownHome:
    """Make one row of those that are `home`, and complete its address; returns it.

    The best known one keeps its label and folder, and takes over from the others the sources that it has no listing
    of; the rest of them is forgotten, their folders are cleared. While a run works on one of the others all stay.
    """
    kept, *others = sorted(found, key=lambda one: (-_stored(connection, one.property_hash), not one.zip, one.identity))
    if others and _in_work(connection, [one.property_hash for one in others]):
        return next((one for one in found if one.identity == identity_of(home.parsed)), kept)
    for other in others:
        _take_over(connection, kept.property_hash, other.property_hash)
    return _completed(connection, kept, [home, *others])


def _stored(connection: Connection, label: str) -> int:
    of_home = (photos.c.property_hash == label, photos.c.state == "stored")
    return int(connection.execute(select(func.count()).select_from(photos).where(*of_home)).scalar_one())


def _in_work(connection: Connection, labels: Sequence[str]) -> bool:
    leased = (visits.c.property_hash.in_(labels), visits.c.lease_until > time.time())
    return connection.execute(select(visits.c.source).where(*leased).limit(1)).first() is not None


def _take_over(connection: Connection, label: str, other: str) -> None:
    slug = connection.execute(select(homes.c.slug).where(homes.c.property_hash == other)).scalar_one()
    moving = _listed(connection, other) - _listed(connection, label)
    staying = set(connection.execute(select(visits.c.source).where(visits.c.property_hash == other)).scalars())
    restart_visits.forget(connection, [other], sorted(staying - moving))
    for source in sorted(moving):
        connection.execute(delete(visits).where(visits.c.property_hash == label, visits.c.source == source))
        for table in _TABLES:
            theirs = (table.c.property_hash == other, table.c.source == source)
            connection.execute(update(table).where(*theirs).values(property_hash=label))
    photo_decisions.move(connection, label, other)
    decisions_across_homes.move(connection, label, other)
    said = category_corrections.c.property_hash == other
    connection.execute(update(category_corrections).where(said).values(property_hash=label))
    connection.execute(update(job_homes).where(job_homes.c.property_hash == other).values(property_hash=label))
    # Pictures of both are now one home's: the next visits compare them, at the cost of a page each.
    restart_visits.requeue_photos(connection, [label], sorted(moving))
    connection.execute(delete(visits).where(visits.c.property_hash == other))
    connection.execute(delete(homes).where(homes.c.property_hash == other))
    # Its list is the note that the folder is to be cleared: what a person has there is told apart before it goes.
    removal_queue.queue(connection, [paths.home_manifest(slug)])
    mark_stale(connection, label)


def _listed(connection: Connection, label: str) -> set[str]:
    return set(connection.execute(select(listings.c.source).where(listings.c.property_hash == label)).scalars())


def _completed(connection: Connection, kept: KnownHome, others: Sequence[Home | KnownHome]) -> KnownHome:
    """The home with the city, state and zip that others say of it; its label and folder stay."""
    full = parse_address(kept.address)
    for other in others:
        place = (full.city or other.city, full.state or other.state, full.zip or other.zip)
        full = replace(full, city=place[0], state=place[1], zip=place[2])
    now = replace(
        kept, identity=identity_of(full), address=full.canonical, city=full.city, state=full.state, zip=full.zip
    )
    if now != kept:
        values: dict[str, Any] = {field.name: getattr(now, field.name) for field in fields(now)}
        del values["property_hash"]
        connection.execute(update(homes).where(homes.c.property_hash == kept.property_hash).values(**values))
        mark_stale(connection, kept.property_hash)
    return now

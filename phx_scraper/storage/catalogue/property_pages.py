"""Homes and pictures as programs ask for them: a page at a time, and a picture by its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from phx_scraper.model.home import HomeRow
from phx_scraper.model.visit import VisitRow
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.photo_counts import visits_of_homes
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images = schema.homes, schema.photos, schema.images

_SHOWN = is_shown()


@dataclass(frozen=True, slots=True)
class HomeSummary:
    """A home with its visits by source, and how many pictures of it are shown."""

    home: HomeRow
    visits: dict[str, VisitRow]
    pictures: int


def homes_after(connection: Connection, label: str, number: int) -> list[HomeSummary]:
    """At most `number` homes whose label follows, in the order of labels, which never changes."""
    query = select(homes).where(homes.c.property_hash > label).order_by(homes.c.property_hash).limit(number)
    found = [record(HomeRow, row) for row in connection.execute(query)]
    return _summaries(connection, found)


def homes_of(connection: Connection, labels: Sequence[str]) -> list[HomeSummary]:
    """These homes, in the order of labels."""
    query = select(homes).where(homes.c.property_hash.in_(labels)).order_by(homes.c.property_hash)
    return _summaries(connection, [record(HomeRow, row) for row in connection.execute(query)])


def shown_picture(connection: Connection, content_hash: str) -> str | None:
    """The path of a picture that some home shows, None where no home does: a person may have hidden it."""
    query = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    return connection.execute(query.where(images.c.content_hash == content_hash, _SHOWN).limit(1)).scalar()


def _summaries(connection: Connection, found: Sequence[HomeRow]) -> list[HomeSummary]:
    told: list[HomeSummary] = []
    for part in chunks(found):
        labels = [home.property_hash for home in part]
        visited, shown = visits_of_homes(connection, labels), _pictures(connection, labels)
        told += (HomeSummary(home, visited[home.property_hash], shown.get(home.property_hash, 0)) for home in part)
    return told


def _pictures(connection: Connection, labels: Sequence[str]) -> dict[str, int]:
    query = select(photos.c.property_hash, func.count()).where(photos.c.property_hash.in_(labels), _SHOWN)
    return {label: int(number) for label, number in connection.execute(query.group_by(photos.c.property_hash))}

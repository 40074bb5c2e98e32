"""Photos that came, changed and went between two runs, out of what each run noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

runs, changes, photos, images = schema.runs, schema.changes, schema.photos, schema.images

_COLUMNS = ("id", "property_hash", "source", "key", "position", "url", "removed_at")


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """One photo of a listing: `new`, `changed` or `removed`; `path` is its picture, where it has one of its own.

    `again` marks a new one that the listing had shown before.
    """

    change: str
    property_hash: str
    source: str
    key: str
    position: int
    url: str
    path: str | None
    again: bool


def changes_between(connection: Connection, after: float, until: float) -> Iterator[PhotoChange]:
    """What runs found that began after the one time, and not after the other; by home, source and place.

    What came and went again in between is left out.
    """
    first = runs.alias()
    within = (runs.c.started_at > after, runs.c.started_at <= until, changes.c.change != "unchanged")
    columns = (*(photos.c[name] for name in _COLUMNS), changes.c.change, images.c.path, photos.c.state)
    query = (
        select(*columns, first.c.started_at.label("first_seen"))
        .join(runs, runs.c.run_id == changes.c.run_id)
        .join(photos, photos.c.id == changes.c.photo_id)
        .join(first, first.c.run_id == photos.c.first_run_id, isouter=True)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256, isouter=True)
        .where(*within)
        .order_by(photos.c.property_hash, photos.c.source, photos.c.position, photos.c.id, runs.c.started_at)
    )
    rows: Iterator[Row[Any]] = iter(connection.execute(query))
    for _, of_photo in groupby(rows, key=attrgetter("id")):
        found = _net(list(of_photo), after)
        if found is not None:
            yield found


def _net(rows: Sequence[Row[Any]], after: float) -> PhotoChange | None:
    """One photo's changes, the oldest first, as one."""
    last, told = rows[-1], [row.change for row in rows]
    appeared = last.first_seen is not None and last.first_seen > after
    was_shown = not appeared and told[0] != "new"
    is_shown = told[-1] != "removed"
    if was_shown and is_shown:
        change = "changed" if "changed" in told else None
    elif was_shown or is_shown:
        change = "new" if is_shown else "removed"
    else:
        change = None
    if change is None:
        return None
    path = last.path if last.state == "stored" else None
    where = (last.property_hash, last.source, last.key, last.position, last.url)
    return PhotoChange(change, *where, path, again=change == "new" and not appeared)


def drop_unchanged(connection: Connection, run_ids: Sequence[str]) -> None:
    """Forget which photos these runs found unchanged: a row for each photo, which tells nothing of what changed."""
    for part in chunks(run_ids):
        connection.execute(delete(changes).where(changes.c.run_id.in_(part), changes.c.change == "unchanged"))

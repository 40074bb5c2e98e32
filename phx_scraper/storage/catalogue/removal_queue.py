"""Pictures that no photo shows any more: noted with the decision, removed afterwards, even after a crash between."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from phx_scraper.storage.catalogue import photo_versions, removals_begun, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.thumbnails import known_thumbnails
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

file_removals, images, photos = schema.file_removals, schema.images, schema.photos

BATCH = 50
"""Files that are removed at once; a kill leaves so many to look at again."""


def queue(connection: Connection, going: Iterable[str]) -> None:
    """Note for removal those of these paths that nothing shows now, and likewise the thumbnails of pictures."""
    wanted = set(going)
    for part in chunks(sorted(wanted | paths.thumbnails_of(wanted))):
        noted = select(file_removals.c.path).where(file_removals.c.path.in_(part))
        left_out = shown(connection, part) | set(connection.execute(noted).scalars())
        rows = [{"path": path} for path in part if path not in left_out]
        if rows:
            connection.execute(file_removals.insert(), rows)


class _Batch(NamedTuple):
    """Files that this process is to remove: their paths, the numbers of `removals_begun`, up to when it may begin."""

    going: list[str]
    numbers: list[int]
    until: float


def remove_unreferenced(catalogue: Catalogue, files: FileStore) -> int:
    """Remove pictures that decisions left unused; returns how many. To be called after finishing and at start.

    What another process is removing is left to it.
    """
    total = 0
    while True:
        with catalogue.reading() as connection:
            if not _noted(connection):
                return total
        with catalogue.transaction() as tx:
            batch = _begin_batch(tx)
        total += _remove_batch(catalogue, files, batch)


def _begin_batch(connection: Connection) -> _Batch:
    """Up to BATCH noted files that are still unused; the notes of others are dropped."""
    noted = _noted(connection)
    needed = shown(connection, noted)
    _drop_notes(connection, needed)
    going = [path for path in noted if path not in needed]
    return _Batch(going, removals_begun.begin(connection, going), time.time() + removals_begun.REMOVE_SECONDS)


def _remove_batch(catalogue: Catalogue, files: FileStore, batch: _Batch) -> int:
    """Remove the files of a batch while nobody waits, and then their notes; returns how many there were."""
    if not batch.going:
        return 0
    removed, gone = 0, []
    try:
        for path in batch.going:
            if time.time() > batch.until:
                break  # this process slept, and others may have taken it over
            removed += files.discard(path)
            files.remove_folder(path.rpartition("/")[0])
            gone.append(path)
    finally:
        with catalogue.transaction() as tx:
            own = removals_begun.end(tx, batch.numbers)
            _drop_notes(tx, set(gone).intersection(own))
    return removed


def _noted(connection: Connection) -> list[str]:
    """The first BATCH notes that no process is at."""
    query = select(file_removals.c.path).where(file_removals.c.path.not_in(removals_begun.going_on(connection)))
    return list(connection.execute(query.order_by(file_removals.c.path).limit(BATCH)).scalars())


def _drop_notes(connection: Connection, which: Collection[str]) -> None:
    if which:
        connection.execute(delete(file_removals).where(file_removals.c.path.in_(which)))


def has_notes(connection: Connection) -> bool:
    """Whether anything is still to be removed, as after a kill."""
    return connection.execute(select(file_removals.c.path).limit(1)).first() is not None


def folders_to_clear(connection: Connection) -> list[str]:
    """Names of the folders of homes that are gone: their lists are noted for removal."""
    of_homes = file_removals.c.path.like(f"{paths.HOMES}/%/{paths.HOME_MANIFEST_NAME}")
    noted = connection.execute(select(file_removals.c.path).where(of_homes).order_by(file_removals.c.path)).scalars()
    return [path.split("/")[1] for path in noted]


def shown(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """Those of a few paths whose picture any photo of any home needs or needed, or an image's original or thumbnail."""
    query = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    found = set(connection.execute(query.where(images.c.path.in_(wanted), has_file())).scalars())
    found |= photo_versions.pictures(connection, wanted)
    found |= known_thumbnails(connection, [path for path in wanted if path.startswith(f"{paths.THUMBNAILS}/")])
    return found | known_originals(connection, [path for path in wanted if path.startswith(f"{paths.RAW}/")])


def known_originals(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """Those paths of originals of known images, by the hash that they are named after: no index holds their paths."""
    if not wanted:
        return set()
    named = [path.rpartition("/")[2].partition(".")[0] for path in wanted]
    known = connection.execute(select(images.c.raw_path).where(images.c.raw_sha256.in_(named))).scalars()
    return {path for path in known if path in wanted}


def has_file() -> ColumnElement[bool]:
    """Which photos keep a picture in `processed/`: stored ones, and stored ones that are being fetched again."""
    refetched = and_(photos.c.state == "pending", photos.c.duplicate_of.is_(None))
    return or_(photos.c.state == "stored", refetched)

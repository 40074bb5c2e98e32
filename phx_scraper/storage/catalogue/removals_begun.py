"""Storing and removing files without the write lock in between: nobody waits for a disk or a server under it.

Whoever removes files says so first, in a transaction that sees that nothing needs them, and then removes them. Whoever
stores one notes the number of the last such removal (`last`), writes the file, and asks in the transaction that names
it (`require_there`) whether a removal of it has begun since, or goes on: then it writes the file once more.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, delete, func, or_, select, update

from phx_scraper.errors import FilesRemoved
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.removal_tables import removals_begun
from phx_scraper.storage.files import paths
from phx_scraper.storage.process_identity import is_dead, this_holder

KEPT = 10_000
"""Removals that are remembered; whoever began before them writes once more, for nobody knows."""
REMOVE_SECONDS = 60.0
"""How long after it said so a process still begins to remove a file."""
HELD_SECONDS = 600.0
"""When a removal counts as given up, whoever holds it: the last file may take as long as a server is waited for."""
_PAUSE = 0.1
_PICTURES = (paths.PROCESSED, paths.RAW, paths.THUMBNAILS)

_LAST = select(func.coalesce(func.max(removals_begun.c.number), 0))
_OF_PATHS = select(removals_begun).where(removals_begun.c.path.in_(bindparam("paths", expanding=True)))
_GOING_ON = select(removals_begun).where(~removals_begun.c.is_over)


def last(connection: Connection) -> int:
    """The number of the last removal that has begun; 0 if there was none."""
    return int(connection.execute(_LAST).scalar_one())


def begin(connection: Connection, going: Sequence[str]) -> list[int]:
    """Say that these files, which nothing needs, are about to be removed; returns the numbers for `end`."""
    if not going:
        return []
    before = last(connection)
    of_paths = removals_begun.c.path.in_(going)
    _close(connection, of_paths)  # what processes left that are dead
    told = {"holder": this_holder(), "begun_at": time.time(), "is_over": False}
    numbers = list(range(before + 1, before + 1 + len(going)))
    rows = [{"number": number, "path": path, **told} for number, path in zip(numbers, going, strict=True)]
    connection.execute(removals_begun.insert(), rows)
    is_left = or_(removals_begun.c.is_over, removals_begun.c.begun_at < time.time() - HELD_SECONDS)
    connection.execute(delete(removals_begun).where(removals_begun.c.number <= before - KEPT, is_left))
    return numbers


def end(connection: Connection, numbers: Sequence[int]) -> list[str]:
    """Say that removals are over, done or not; returns the paths of those that nobody has taken over."""
    own = and_(removals_begun.c.number.in_(numbers), ~removals_begun.c.is_over)
    paths = list(connection.execute(select(removals_begun.c.path).where(own)).scalars())
    _close(connection, own)
    return paths


def _close(connection: Connection, which: ColumnElement[bool]) -> None:
    """Only names of pictures stay: others tell of a home, which may be one that is to be forgotten."""
    is_picture = or_(*(removals_begun.c.path.like(f"{folder}/%") for folder in _PICTURES))
    kept = case((is_picture, removals_begun.c.path), else_="")
    connection.execute(update(removals_begun).where(which).values(is_over=True, path=kept))


def going_on(connection: Connection) -> set[str]:
    """Paths of the files that some process is removing."""
    now = time.time()
    return {row.path for row in connection.execute(_GOING_ON) if _is_held(row, now)}


def require_there(connection: Connection, since: int, wanted: Collection[str]) -> None:
    """Raises FilesRemoved if one of these files, written or seen after `since` was the last removal, may be gone."""
    if not wanted:
        return
    found = connection.execute(_OF_PATHS, {"paths": list(wanted)}).all()
    now = time.time()
    if any(row.number > since or _is_held(row, now) for row in found) or since < last(connection) - KEPT:
        raise FilesRemoved(f"{min(wanted)} may have been removed meanwhile: it is written once more")


def wait_until_free(catalogue: Catalogue, wanted: Collection[str]) -> int:
    """Wait until nobody is removing one of these files; returns the last removal up to then."""
    while True:
        with catalogue.reading() as connection:
            since = last(connection)
            if not going_on(connection).intersection(wanted):
                return since
        time.sleep(_PAUSE)


def _is_held(row: Row[Any], now: float) -> bool:
    return not row.is_over and now < row.begun_at + HELD_SECONDS and not is_dead(row.holder)

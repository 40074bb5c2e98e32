"""Pictures that no photo shows any more: noted with the decision, unlinked afterwards, even after a crash between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from phx_scraper.storage.catalogue import photo_versions, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.thumbnails import known_thumbnails
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

file_removals, images, photos = schema.file_removals, schema.images, schema.photos

BATCH = 50
"""Files unlinked while the write lock is held once."""


def queue(connection: Connection, going: Iterable[str]) -> None:
    """Note for removal those of these paths that nothing shows now, and likewise the thumbnails of pictures."""
    wanted = set(going)
    for part in chunks(sorted(wanted | paths.thumbnails_of(wanted))):
        noted = select(file_removals.c.path).where(file_removals.c.path.in_(part))
        left_out = shown(connection, part) | set(connection.execute(noted).scalars())
        rows = [{"path": path} for path in part if path not in left_out]
        if rows:
            connection.execute(file_removals.insert(), rows)


def remove_unreferenced(catalogue: Catalogue, files: FileStore) -> int:
    """Unlink pictures that decisions left unused; returns how many. To be called after finishing and at start."""
    total = 0
    while True:
        with catalogue.transaction() as tx:
            noted, removed = _remove_batch(tx, files)
        total += removed
        if noted < BATCH:
            return total


def _remove_batch(connection: Connection, files: FileStore) -> tuple[int, int]:
    """Unlink up to BATCH noted files that are still unused; returns (notes dealt with, files removed).

    It runs under the write lock, where no photo can start to show a file between the check and the removal.
    """
    query = select(file_removals.c.path).order_by(file_removals.c.path).limit(BATCH)
    noted = list(connection.execute(query).scalars())
    if not noted:
        return 0, 0
    needed = shown(connection, noted)
    removed = 0
    for path in noted:
        if path not in needed:
            removed += files.remove(path)
            files.remove_folder(path.rpartition("/")[0])
    connection.execute(delete(file_removals).where(file_removals.c.path.in_(noted)))
    return len(noted), removed


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

"""Pictures that no photo shows any more: noted with the decision, unlinked afterwards, even after a crash between."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select

from phx_scraper.storage import schema
from phx_scraper.storage.files import FileStore

file_removals, images, photos = schema.file_removals, schema.images, schema.photos

BATCH = 50
"""Files unlinked while the write lock is held once."""


def queue(connection: Connection, paths: Iterable[str]) -> None:
    """Note for removal those of `paths` that nothing shows now."""
    for path in sorted(set(paths)):
        noted = select(file_removals.c.path).where(file_removals.c.path == path)
        if not is_shown(connection, path) and connection.execute(noted).first() is None:
            connection.execute(file_removals.insert().values(path=path))


def remove_batch(connection: Connection, files: FileStore) -> tuple[int, int]:
    """Unlink up to BATCH noted files that are still unused; returns (notes dealt with, files removed).

    It runs under the write lock, where no photo can start to show a file between the check and the removal.
    """
    query = select(file_removals.c.path).order_by(file_removals.c.path).limit(BATCH)
    noted = list(connection.execute(query).scalars())
    unused = [path for path in noted if not is_shown(connection, path)]
    removed = 0
    for path in unused:
        removed += files.remove(path)
        files.remove_folder(path.rpartition("/")[0])
    connection.execute(delete(file_removals).where(file_removals.c.path.in_(noted)))
    return len(noted), removed


def is_shown(connection: Connection, path: str) -> bool:
    """Whether any photo of any home needs the picture at `path`."""
    return bool(
        connection.execute(
            select(exists().where(images.c.path == path, photos.c.raw_sha256 == images.c.raw_sha256, has_file()))
        ).scalar()
    )


def has_file() -> ColumnElement[bool]:
    """Which photos keep a picture in `processed/`: stored ones, and stored ones that are being fetched again."""
    refetched = and_(photos.c.state == "pending", photos.c.duplicate_of.is_(None))
    return or_(photos.c.state == "stored", refetched)

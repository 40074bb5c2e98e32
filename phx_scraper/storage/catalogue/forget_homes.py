"""Homes taken off the catalogue, with what only they have: visits, listings, photos, images and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from phx_scraper.storage.catalogue import decisions_across_homes, photo_versions, removal_queue, restart_visits, schema
from phx_scraper.storage.catalogue.crawls_at_work import refuse_at_work
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.unused_images import forget_images
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from phx_scraper.storage.files.unread_pages import unread_page

homes, visits, photos, images = schema.homes, schema.visits, schema.photos, schema.images
_HAD = photo_versions.images_of_homes()


@dataclass(frozen=True, slots=True)
class Forgettable:
    """What forgetting would take: photos of the homes, and the files that no other home shows, with their bytes."""

    homes: int
    photos: int
    files: int
    bytes: int


def forgettable(connection: Connection, labels: Sequence[str], store: FileStore) -> Forgettable:
    """What `forget_homes` would take of the store; changes nothing. Raises StorageError."""
    own = _images_of(connection, labels)
    going = _unused(connection, own, labels)
    count = 0
    for part in chunks(labels):
        of_homes = select(func.count()).select_from(photos).where(photos.c.property_hash.in_(part))
        count += int(connection.execute(of_homes).scalar_one())
    files, size = _files_of(connection, going, store)
    return Forgettable(len(labels), count, files, size)


def _files_of(connection: Connection, sha256s: Sequence[str], store: FileStore) -> tuple[int, int]:
    """How many files these images have, and their bytes; a copy has no picture of its own.

    Of thumbnails only the store tells.
    """
    number = size = 0
    columns = images.c.path, images.c.file_size_bytes, images.c.raw_path, images.c.raw_bytes
    for part in chunks(sha256s):
        rows = connection.execute(select(*columns).where(images.c.raw_sha256.in_(part))).all()
        shown = removal_queue.shown(connection, [row.path for row in rows])
        pictures = {row.path: row.file_size_bytes for row in rows if row.path in shown}
        originals = [row.raw_bytes for row in rows if row.raw_path]
        small = [store.find(path) for path in paths.thumbnails_of(row.path for row in rows)]
        found = [*pictures.values(), *originals, *(one.size for one in small if one is not None)]
        number, size = number + len(found), size + sum(found)
    return number, size


def forget_homes(connection: Connection, labels: Sequence[str]) -> None:
    """Delete the homes' rows and note their files for removal. Raises StorageError while a crawl is at work."""
    refuse_at_work(connection, "forget")
    own = _images_of(connection, labels)
    sources = list(connection.execute(select(visits.c.source).distinct()).scalars())
    restart_visits.forget(connection, labels, sources)
    decisions_across_homes.mark_others_stale(connection, labels)
    for part in chunks(labels):
        slugs = connection.execute(select(homes.c.slug).where(homes.c.property_hash.in_(part))).scalars().all()
        connection.execute(delete(visits).where(visits.c.property_hash.in_(part)))
        connection.execute(delete(homes).where(homes.c.property_hash.in_(part)))
        # Its list is the note that the folder is to be cleared: what a person has there is told apart before it goes.
        unread = [unread_page(source, label) for source in sources for label in part]
        removal_queue.queue(connection, [*unread, *(paths.home_manifest(slug) for slug in slugs)])
    forget_images(connection, _unused(connection, own, ()))


def _images_of(connection: Connection, labels: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for part in chunks(labels):
        query = select(_HAD.c.raw_sha256).where(_HAD.c.property_hash.in_(part))
        found |= dict.fromkeys(connection.execute(query).scalars())
    return list(found)


def _unused(connection: Connection, sha256s: Iterable[str], labels: Sequence[str]) -> list[str]:
    """Those images that no photo of other homes has or had."""
    leaving = set(labels)
    unused: list[str] = []
    for part in chunks(sha256s):
        query = select(_HAD).where(_HAD.c.raw_sha256.in_(part))
        used = {row.raw_sha256 for row in connection.execute(query) if row.property_hash not in leaving}
        unused += [sha256 for sha256 in part if sha256 not in used]
    return unused

"""Homes taken off the catalogue, with what only they have: visits, listings, photos, images and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, or_, select

from phx_scraper.storage.catalogue import photo_versions, removal_queue, restart_visits, schema
from phx_scraper.storage.catalogue.crawls_at_work import refuse_at_work
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.files import paths

homes, visits, photos, images = schema.homes, schema.visits, schema.photos, schema.images
lookalikes, image_hashes = schema.lookalikes, schema.image_hashes
_HAD = photo_versions.images_of_homes()


@dataclass(frozen=True, slots=True)
class Forgettable:
    """What forgetting would take: photos of the homes, and the bytes of files that no other home shows."""

    homes: int
    photos: int
    pictures: int
    bytes: int


def forgettable(connection: Connection, labels: Sequence[str]) -> Forgettable:
    """What `forget_homes` would take; changes nothing."""
    own = _images_of(connection, labels)
    going = _unused(connection, own, labels)
    count = pictures = size = 0
    for part in chunks(labels):
        of_homes = select(func.count()).select_from(photos).where(photos.c.property_hash.in_(part))
        count += int(connection.execute(of_homes).scalar_one())
    for part in chunks(going):
        for row in connection.execute(select(images).where(images.c.raw_sha256.in_(part))):
            pictures += 1
            size += row.file_size_bytes + (row.raw_bytes if row.raw_path else 0)
    return Forgettable(len(labels), count, pictures, size)


def forget_homes(connection: Connection, labels: Sequence[str]) -> None:
    """Delete the homes' rows and note their files for removal. Raises StorageError while a crawl is at work."""
    refuse_at_work(connection, "forget")
    own = _images_of(connection, labels)
    sources = list(connection.execute(select(visits.c.source).distinct()).scalars())
    restart_visits.forget(connection, labels, sources)
    for part in chunks(labels):
        slugs = connection.execute(select(homes.c.slug).where(homes.c.property_hash.in_(part))).scalars().all()
        connection.execute(delete(visits).where(visits.c.property_hash.in_(part)))
        connection.execute(delete(homes).where(homes.c.property_hash.in_(part)))
        # Its list is the note that the folder is to be cleared: what a person has there is told apart before it goes.
        removal_queue.queue(connection, [paths.home_manifest(slug) for slug in slugs])
    _forget_images(connection, _unused(connection, own, ()))


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


def _forget_images(connection: Connection, sha256s: Sequence[str]) -> None:
    for part in chunks(sha256s):
        raw = connection.execute(select(images.c.raw_path).where(images.c.raw_sha256.in_(part))).scalars().all()
        pairs = or_(lookalikes.c.raw_sha256.in_(part), lookalikes.c.other_sha256.in_(part))
        connection.execute(delete(lookalikes).where(pairs))
        connection.execute(delete(image_hashes).where(image_hashes.c.raw_sha256.in_(part)))
        connection.execute(delete(images).where(images.c.raw_sha256.in_(part)))
        removal_queue.queue(connection, [path for path in raw if path])

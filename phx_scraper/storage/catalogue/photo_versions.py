"""Pictures that photos showed before their source changed them: kept, and linked to the photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Subquery, and_, select, union_all, update

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.revisit_tables import photo_versions

images, photos = schema.images, schema.photos

_KEPT = ("raw_sha256", "fetched_url", "etag", "last_modified", "downloaded_at")


def keep(connection: Connection, photo: Row[Any], run_id: str, now: float) -> None:
    """Note what the photo (a row of `photos`) shows until now; another picture takes its place."""
    values = {name: getattr(photo, name) for name in _KEPT}
    # A copy has no file of its own: that of the better copy stays as long as that one is shown.
    has_picture = photo.duplicate_of is None
    connection.execute(
        photo_versions.insert().values(
            **values, photo_id=photo.id, has_picture=has_picture, replaced_at=now, run_id=run_id
        )
    )


def pictures(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """Those of a few paths under `processed/` that are of earlier pictures."""
    query = select(images.c.path).join(photo_versions, photo_versions.c.raw_sha256 == images.c.raw_sha256)
    return set(connection.execute(query.where(images.c.path.in_(wanted), photo_versions.c.has_picture)).scalars())


def give_up(connection: Connection, raw_sha256: str, original: bool) -> None:
    """Note that a file of an earlier picture is lost, or its original: the source shows another one by now."""
    of_image = photo_versions.c.raw_sha256 == raw_sha256
    if not original:
        connection.execute(update(photo_versions).where(of_image).values(has_picture=False))
    elif _is_past(connection, raw_sha256):
        connection.execute(update(images).where(images.c.raw_sha256 == raw_sha256).values(raw_path=None))


def images_of_homes() -> Subquery:
    """(property_hash, raw_sha256) of what photos show and showed before."""
    shown = select(photos.c.property_hash, photos.c.raw_sha256).where(photos.c.raw_sha256.is_not(None))
    before = select(photos.c.property_hash, photo_versions.c.raw_sha256)
    return union_all(shown, before.join(photo_versions, photo_versions.c.photo_id == photos.c.id)).subquery()


def paths_of(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> set[str]:
    """Paths of what photos of a few homes at these sources showed before."""
    query = select(images.c.path).join(photo_versions, photo_versions.c.raw_sha256 == images.c.raw_sha256)
    query = query.join(photos, photos.c.id == photo_versions.c.photo_id)
    match = and_(photos.c.property_hash.in_(property_hashes), photos.c.source.in_(sources))
    return set(connection.execute(query.where(match)).scalars())


def _is_past(connection: Connection, raw_sha256: str) -> bool:
    return connection.execute(select(photos.c.id).where(photos.c.raw_sha256 == raw_sha256).limit(1)).first() is None

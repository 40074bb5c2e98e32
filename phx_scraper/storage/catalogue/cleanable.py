"""What may be cleaned: pictures that no listing shows any more, and originals of pictures; and cleaning them.

A cleaned photo stays known, as failed with the reason `cleaned` and without validators: it is fetched when its listing
shows it again, and not before. Cleaned originals are named no more; the pictures that were made of them stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, select, true, update

from phx_scraper.storage.catalogue import photo_versions, removal_queue, schema
from phx_scraper.storage.catalogue.revisit_tables import photo_versions as versions
from phx_scraper.storage.catalogue.sql_helpers import mark_stale
from phx_scraper.storage.catalogue.unused_images import forget_images

photos, images = schema.photos, schema.images

CLEANED = "cleaned"
"""Why a photo has no picture that its listing shows no longer."""

_CLEANED: dict[str, Any] = {
    **{"state": "failed", "reason": CLEANED, "raw_sha256": None, "smaller_copy": False},
    **{"duplicate_of": None, "duplicate_kind": "", "distance": None},
    # Its server must not answer that nothing has changed.
    **{"etag": "", "last_modified": "", "check_due": False},
}
_IS_LISTED = and_(photos.c.id.is_not(None), photos.c.removed_at.is_(None))
_ANY = true()
_OF_IMAGE = photos.c.raw_sha256 == images.c.raw_sha256


def removed_images(connection: Connection) -> list[Row[Any]]:
    """Images that no listed photo has: `raw_sha256`, `path`, `raw_path`, `since`; those gone for longest come first.

    Among them are those that a listed photo showed before its source replaced them.
    """
    since = func.coalesce(func.max(photos.c.removed_at), func.max(versions.c.replaced_at), 0.0).label("since")
    return _found(connection, since, having=_is_unlisted())


def originals(connection: Connection) -> list[Row[Any]]:
    """Images with an original: the same columns, `since` its download; the oldest come first."""
    since = func.coalesce(func.max(photos.c.downloaded_at), func.max(versions.c.downloaded_at), 0.0).label("since")
    return _found(connection, since, where=images.c.raw_path.is_not(None))


def drop_images(connection: Connection, sha256s: Sequence[str]) -> None:
    """Clean a few images that no listed photo has; one that is listed by now stays."""
    of_these, since = images.c.raw_sha256.in_(sha256s), images.c.raw_sha256.label("since")
    going = [row.raw_sha256 for row in _found(connection, since, where=of_these, having=_is_unlisted())]
    _touch_homes(connection, going)
    connection.execute(update(photos).where(photos.c.raw_sha256.in_(going)).values(**_CLEANED))
    connection.execute(delete(versions).where(versions.c.raw_sha256.in_(going)))
    forget_images(connection, going)


def drop_originals(connection: Connection, sha256s: Sequence[str]) -> None:
    """Clean the originals of a few images."""
    of_these = images.c.raw_sha256.in_(sha256s)
    files = connection.execute(select(images.c.raw_path).where(of_these, images.c.raw_path.is_not(None))).scalars()
    going = list(files)
    _touch_homes(connection, sha256s)
    connection.execute(update(images).where(of_these).values(raw_path=None))
    removal_queue.queue(connection, going)


def _is_unlisted() -> ColumnElement[bool]:
    return func.count(case((_IS_LISTED, 1))) == 0


def _found(
    connection: Connection, since: Any, where: ColumnElement[bool] = _ANY, having: ColumnElement[bool] = _ANY
) -> list[Row[Any]]:
    columns = images.c.raw_sha256, images.c.path, images.c.raw_path, since
    joined = images.outerjoin(photos, _OF_IMAGE).outerjoin(versions, versions.c.raw_sha256 == images.c.raw_sha256)
    query = select(*columns).select_from(joined).where(where)
    grouped = query.group_by(images.c.raw_sha256).having(having)
    return list(connection.execute(grouped.order_by("since", images.c.raw_sha256)))


def _touch_homes(connection: Connection, sha256s: Sequence[str]) -> None:
    had = photo_versions.images_of_homes()
    shown = select(had.c.property_hash).where(had.c.raw_sha256.in_(sha256s)).distinct()
    for property_hash in connection.execute(shown).scalars().all():
        mark_stale(connection, property_hash)

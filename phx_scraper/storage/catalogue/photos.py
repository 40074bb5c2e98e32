"""One photo made final: its image stored, or its failure named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from phx_scraper.model.image import Image
from phx_scraper.model.photo import Fetched
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import photo_versions, removal_queue, removals_begun, schema
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_helpers import log_change, of_visit
from phx_scraper.storage.files import paths

photos, images, visits = schema.photos, schema.images, schema.visits

NOT_MODIFIED = 304
"""The status by which a server says that its file is the one that is known (RFC 9110, 15.4.5)."""

# Built once: for statements this small, building one anew costs more than running it.
_OPEN = (
    select(photos, visits.c.lease_run)
    .join(visits, of_visit(visits, photos.c))
    .where(photos.c.id == bindparam("photo_id"), or_(photos.c.state == "pending", photos.c.check_due))
)
_IMAGE = select(images).where(images.c.raw_sha256 == bindparam("sha256"))
_SETTLE = update(photos).where(photos.c.id == bindparam("photo_id"))
_RENEW_IMAGE = update(images).where(images.c.raw_sha256 == bindparam("sha256"))
_IMAGE_FIELDS = tuple(column.name for column in images.c if column.name != "run_id")


def known_image(connection: Connection, raw_sha256: str, hash_version: str) -> Image | None:
    """The image of these bytes, if it was hashed by the same version; its file may have been removed as unused."""
    image = _image(connection, raw_sha256)
    return image if image is not None and image.hash_version == hash_version else None


def is_picture(connection: Connection, path: str) -> bool:
    """Whether an image names this file."""
    return connection.execute(select(images.c.raw_sha256).where(images.c.path == path).limit(1)).first() is not None


def is_original(connection: Connection, raw_sha256: str) -> bool:
    """Whether an image was made from bytes of this hash."""
    return _image(connection, raw_sha256) is not None


def store(
    connection: Connection,
    photo_id: int,
    image: Image,
    fetched: Fetched,
    since: int,
    now: float,
) -> bool:
    """Make an open photo stored; False if it is not open: another process was faster, whose decision stands.

    A smaller copy leaves a larger picture as it is. A picture that the source has changed is kept beside the new one.
    Its files were written after `since` was the last removal (of `removals_begun`); raises FilesRemoved where one of
    them may be gone again.
    """
    photo = _open(connection, photo_id)
    is_worse = photo is not None and fetched.lacks != "" and _has_better(connection, photo, image)
    if photo is None or is_worse:
        removal_queue.queue(connection, [image.path])  # it was written ahead of this call
        return is_worse and fail(connection, photo_id, fetched.lacks, now)
    run_id = photo.lease_run or photo.run_id
    removals_begun.require_there(connection, since, files_of(image))
    crash_points.hit("insert.before")
    unused = _put_image(connection, image, run_id)
    if photo.raw_sha256 is not None and photo.raw_sha256 != image.raw_sha256:
        unused += _replaced(connection, photo, run_id, now)
    connection.execute(_SETTLE, {"photo_id": photo_id, **_stored_values(image, fetched, run_id, now)})
    removal_queue.queue(connection, unused)
    crash_points.hit("insert.after")
    return True


def files_of(image: Image) -> list[str]:
    """Paths of the files that a stored image has."""
    return [path for path in (image.path, paths.thumbnail(image.content_hash), image.raw_path) if path is not None]


def confirm(connection: Connection, photo_id: int, now: float, fetched: Fetched | None = None) -> None:
    """Note that the source still has the picture of a photo whose check was due; `fetched` where it sent it again."""
    values: dict[str, Any] = {"check_due": False, "checked_at": now, "reason": "", "http_status": NOT_MODIFIED}
    if fetched is not None:
        values |= {
            "http_status": fetched.http_status,
            "fetched_url": fetched.url,
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "downloaded_at": fetched.downloaded_at,
        }
    match = and_(photos.c.id == photo_id, photos.c.check_due, photos.c.state != "pending")
    connection.execute(update(photos).where(match).values(**values))


def fail(connection: Connection, photo_id: int, reason: str, now: float) -> bool:
    """Name why an open photo could not be had; False if it is not open.

    One that was had before keeps its earlier picture and state, with `reason` saying that it could not be renewed.
    """
    photo = _open(connection, photo_id)
    if photo is None:
        return False
    values = {"state": settled_state(photo), "reason": reason, "checked_at": now, "check_due": False}
    values["http_status"] = None  # `reason` tells it, where there was one
    connection.execute(_SETTLE, {"photo_id": photo_id, **values, "run_id": photo.lease_run or photo.run_id})
    return True


def _replaced(connection: Connection, photo: Row[Any], run_id: str, now: float) -> list[str]:
    """Note that another picture takes the place of the photo's; returns the path that it no longer needs, if any."""
    replaced = _image(connection, photo.raw_sha256)
    # A better file of the same photo is no change of what the source shows.
    if not photo.smaller_copy:
        photo_versions.keep(connection, photo, run_id, now)
        log_change(connection, run_id, [photo.id], "changed")
    return [replaced.path] if replaced else []


def _has_better(connection: Connection, photo: Row[Any], smaller: Image) -> bool:
    """Whether the photo has a picture that is not to give way to this smaller copy."""
    known = None if photo.raw_sha256 is None else _image(connection, photo.raw_sha256)
    if known is None or known.raw_sha256 == smaller.raw_sha256:
        return False
    sizes = [image.original_width * image.original_height for image in (known, smaller)]
    return not photo.smaller_copy or sizes[0] >= sizes[1]


def settled_state(photo: Row[Any]) -> str:
    """The final state of an open photo that will not be fetched."""
    if photo.raw_sha256 is None:
        return "failed"
    return "stored" if photo.duplicate_of is None else "duplicate"


def _open(connection: Connection, photo_id: int) -> Row[Any] | None:
    """The photo if it is to be asked for, with the run that holds its visit."""
    return connection.execute(_OPEN, {"photo_id": photo_id}).first()


def _image(connection: Connection, raw_sha256: str) -> Image | None:
    row = connection.execute(_IMAGE, {"sha256": raw_sha256}).first()
    return record(Image, row) if row else None


def _put_image(connection: Connection, image: Image, run_id: str) -> list[str]:
    """Insert or renew the image; returns the path that it no longer uses, if any."""
    known = _image(connection, image.raw_sha256)
    if known == image:
        return []
    values = {name: getattr(image, name) for name in _IMAGE_FIELDS} | {"quality": dict(image.quality), "run_id": run_id}
    if known is None:
        connection.execute(images.insert(), values)
        return []
    connection.execute(_RENEW_IMAGE, {"sha256": values.pop("raw_sha256"), **values})
    return [known.path] if known.path != image.path else []


def _stored_values(image: Image, fetched: Fetched, run_id: str, now: float) -> dict[str, Any]:
    return {
        "state": "stored",
        "reason": fetched.lacks,
        "raw_sha256": image.raw_sha256,
        "duplicate_of": None,
        "duplicate_kind": "",
        "distance": None,
        "fetched_url": fetched.url,
        "etag": fetched.etag,
        "last_modified": fetched.last_modified,
        "http_status": fetched.http_status,
        "smaller_copy": bool(fetched.lacks),
        "check_due": False,
        "downloaded_at": fetched.downloaded_at,
        "checked_at": fetched.downloaded_at,
        "processed_at": now,
        "run_id": run_id,
    }

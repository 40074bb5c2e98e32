"""Which photos of a home are kept and which are copies: asked of the duplicate rule, checked, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from phx_scraper.errors import StorageError
from phx_scraper.storage import schema
from phx_scraper.storage.records import Decision, ImageRecord, PhotoImage, source_priority
from phx_scraper.storage.rows import image_record

photos, images = schema.photos, schema.images

Decide = Callable[[list[PhotoImage]], Sequence[Decision]]
"""Given all live photos of a home that have an image, says what becomes of each."""

Restore = Callable[[ImageRecord], bool]
"""Puts the file of an image back in its place (True if it is there), from the original where that is kept."""


def home_images(connection: Connection, property_hash: str) -> list[PhotoImage]:
    """The home's live stored and duplicate photos of all sources: by source priority, then gallery order."""
    query = (
        select(photos, *(column for column in images.c if column.name not in {"raw_sha256", "run_id"}))
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(
            photos.c.property_hash == property_hash,
            photos.c.removed_at.is_(None),
            photos.c.state.in_(("stored", "duplicate")),
        )
    )
    found = [_photo_image(row) for row in connection.execute(query)]
    return sorted(found, key=lambda photo: (photo.source_priority, photo.source, photo.position, photo.key))


def checked(shown: Sequence[PhotoImage], decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions, if they settle each photo once and each copy is one of a kept photo. Raises StorageError."""
    kept = {decision.photo_id for decision in decisions if decision.state == "stored"}
    settled = [decision.photo_id for decision in decisions]
    if sorted(settled) != sorted(photo.photo_id for photo in shown):
        raise StorageError("The duplicate rule did not settle each photo of the home once.")
    for decision in decisions:
        is_sound = decision.duplicate_of is None if decision.photo_id in kept else decision.duplicate_of in kept
        if decision.state not in {"stored", "duplicate"} or not is_sound:
            raise StorageError(f"The duplicate rule called photo {decision.photo_id} a copy of one that is not kept.")
    return list(decisions)


def apply_decisions(
    connection: Connection, property_hash: str, decisions: Sequence[Decision], restore: Restore
) -> set[str]:
    """Write what differs from what stands; returns paths that a photo stopped showing.

    A picture that is kept again, after having been a copy, gets its file back or else is fetched anew.
    """
    rows = {row.id: row for row in connection.execute(select(photos).where(photos.c.property_hash == property_hash))}
    unused: set[str] = set()
    for decision in decisions:
        row = rows[decision.photo_id]
        if row.state == decision.state and _stands(row, decision):
            continue
        values = _decision_values(decision)
        if row.state == "stored" and decision.state == "duplicate":
            unused.add(_image(connection, row).path)
        elif row.state == "duplicate" and decision.state == "stored" and not restore(_image(connection, row)):
            values = _FETCH_AGAIN
        connection.execute(update(photos).where(photos.c.id == row.id).values(**values))
    return unused


_FETCH_AGAIN: dict[str, Any] = {
    "state": "pending",
    "raw_sha256": None,
    "duplicate_of": None,
    "duplicate_kind": "",
    "distance": None,
    "etag": "",
    "last_modified": "",
}


def _decision_values(decision: Decision) -> dict[str, Any]:
    return {
        "state": decision.state,
        "duplicate_of": decision.duplicate_of,
        "duplicate_kind": decision.kind,
        "distance": decision.distance,
    }


def _stands(row: Row[Any], decision: Decision) -> bool:
    return (row.duplicate_of, row.duplicate_kind, row.distance) == (
        decision.duplicate_of,
        decision.kind,
        decision.distance,
    )


def _image(connection: Connection, row: Row[Any]) -> ImageRecord:
    return image_record(connection.execute(select(images).where(images.c.raw_sha256 == row.raw_sha256)).one())


def _photo_image(row: Row[Any]) -> PhotoImage:
    values = {name: getattr(row, name) for name in PhotoImage.__slots__ if hasattr(row, name)}
    return PhotoImage(**values, photo_id=row.id, source_priority=source_priority(row.source))

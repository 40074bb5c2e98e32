"""Which photos of a home are kept and which are copies: what the duplicate rule decided is checked and written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from phx_scraper.errors import StorageError
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.photo import Decision
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import maybe_duplicates, schema

photos, images = schema.photos, schema.images

_MADE = {"photo_id", "source_priority"}
_NAMES = tuple(field.name for field in fields(PhotoImage) if field.name not in _MADE)
_IMAGE_COLUMNS = tuple(column for column in images.c if column.name not in {"raw_sha256", "run_id"})
_OF_PHOTO = update(photos).where(photos.c.id == bindparam("photo_id"))


def home_images(connection: Connection, property_hash: str) -> list[PhotoImage]:
    """The home's live stored and duplicate photos of all sources: by source priority, then gallery order."""
    query = (
        select(photos, *_IMAGE_COLUMNS)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(
            photos.c.property_hash == property_hash,
            photos.c.removed_at.is_(None),
            photos.c.state.in_(("stored", "duplicate")),
        )
    )
    found = [
        PhotoImage(
            **{name: getattr(row, name) for name in _NAMES},
            photo_id=row.id,
            source_priority=source_priority(row.source),
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda image: (image.source_priority, image.source, image.position, image.key))


def apply_duplicates(
    connection: Connection,
    property_hash: str,
    images: Sequence[PhotoImage],
    decisions: Sequence[Decision],
    gone: Collection[str],
) -> set[str]:
    """Write what was decided of all of a home's photos where it differs, and the pairs that may be copies.

    A picture that is kept again, after having been a copy, and whose file is among the `gone` is fetched anew. Returns
    paths that a photo stopped showing. Raises StorageError for decisions that make no sense.
    """
    decided = _checked([image.photo_id for image in images], decisions)
    written, lost = [], []
    unused: set[str] = set()
    for image in images:
        decision = decided[image.photo_id]
        if (image.state, decision.state) == ("stored", "duplicate"):
            unused.add(image.path)
        if (image.state, decision.state) == ("duplicate", "stored") and image.path in gone:
            lost.append({"photo_id": image.photo_id, **_FETCH_AGAIN})
        elif not _stands(image, decision):
            written.append({"photo_id": image.photo_id, **_values(decision)})
    for rows in (written, lost):
        if rows:
            connection.execute(_OF_PHOTO, rows)
    maybe_duplicates.replace(connection, property_hash, decided.values())
    return unused


def _checked(shown: Sequence[int], decisions: Sequence[Decision]) -> dict[int, Decision]:
    """The decisions by photo, if they settle each photo once and each copy is one of a kept photo."""
    kept = {decision.photo_id for decision in decisions if decision.state == "stored"}
    if sorted(decision.photo_id for decision in decisions) != sorted(shown):
        raise StorageError("The duplicate rule did not settle each photo of the home once.")
    for decision in decisions:
        is_sound = decision.duplicate_of is None if decision.photo_id in kept else decision.duplicate_of in kept
        doubted = {other for other, _ in decision.maybe}
        is_sound = (
            is_sound and doubted <= kept - {decision.photo_id} and not (doubted and decision.photo_id not in kept)
        )
        if decision.state not in {"stored", "duplicate"} or not is_sound:
            raise StorageError(f"The duplicate rule called photo {decision.photo_id} a copy of one that is not kept.")
    return {decision.photo_id: decision for decision in decisions}


def _values(decision: Decision) -> dict[str, Any]:
    return {
        "state": decision.state,
        "duplicate_of": decision.duplicate_of,
        "duplicate_kind": decision.kind,
        "distance": decision.distance,
        "hidden": decision.hidden,
    }


_FETCH_AGAIN: dict[str, Any] = {
    **{"state": "pending", "duplicate_of": None, "duplicate_kind": "", "distance": None},
    **{"raw_sha256": None, "etag": "", "last_modified": ""},
}


def _stands(image: PhotoImage, decision: Decision) -> bool:
    return all(getattr(image, name) == value for name, value in _values(decision).items())

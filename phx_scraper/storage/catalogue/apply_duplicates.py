"""Which photos of a home are kept and which are copies: asked of the duplicate rule, checked, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from phx_scraper.errors import StorageError
from phx_scraper.model.image import ImageRecord
from phx_scraper.model.photo import Decision, PhotoImage
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import maybe_duplicates, schema
from phx_scraper.storage.catalogue.rows import image_record

photos, images = schema.photos, schema.images

Decide = Callable[[list[PhotoImage]], Sequence[Decision]]
"""Given all live photos of a home that have an image, says what becomes of each."""

Restore = Callable[[ImageRecord], bool]
"""Puts the file of an image back in its place (True if it is there), from the original where that is kept."""

_OF_ROW = tuple(name for name in PhotoImage.__slots__ if name not in {"photo_id", "source_priority"})
_CHANGE = update(photos).where(photos.c.id == bindparam("photo_id"))


def apply_duplicates(connection: Connection, property_hash: str, decide: Decide, restore: Restore) -> set[str]:
    """Decide a home's photos anew, write what differs and the pairs that may be copies.

    Returns paths that a photo stopped showing. A picture that is kept again, after having been a copy, gets its file
    back or else is fetched anew. Raises StorageError for decisions that make no sense.
    """
    rows = _home_rows(connection, property_hash)
    decisions = _checked([row.id for row in rows], decide([_photo_image(row) for row in rows]))
    changed: list[dict[str, Any]] = []
    unused: set[str] = set()
    for row in rows:
        decision = decisions[row.id]
        if _stands(row, decision):
            continue
        values = {**_fetched(row), **_values(decision)}
        if row.state == "stored" and decision.state == "duplicate":
            unused.add(row.path)
        elif row.state == "duplicate" and decision.state == "stored" and not restore(image_record(row)):
            values = _fetch_again()
        changed.append({"photo_id": row.id, **values})
    if changed:
        connection.execute(_CHANGE, changed)
    maybe_duplicates.replace(connection, property_hash, decisions.values())
    return unused


def home_images(connection: Connection, property_hash: str) -> list[PhotoImage]:
    """What `decide` would be asked about if the home were settled now."""
    return [_photo_image(row) for row in _home_rows(connection, property_hash)]


def _home_rows(connection: Connection, property_hash: str) -> list[Row[Any]]:
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
    rows = connection.execute(query).all()
    return sorted(rows, key=lambda row: (source_priority(row.source), row.source, row.position, row.key))


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
    }


def _fetched(row: Row[Any]) -> dict[str, Any]:
    return {"raw_sha256": row.raw_sha256, "etag": row.etag, "last_modified": row.last_modified}


def _fetch_again() -> dict[str, Any]:
    decided = {"state": "pending", "duplicate_of": None, "duplicate_kind": "", "distance": None}
    return {"raw_sha256": None, "etag": "", "last_modified": "", **decided}


def _stands(row: Row[Any], decision: Decision) -> bool:
    return all(getattr(row, name) == value for name, value in _values(decision).items())


def _photo_image(row: Row[Any]) -> PhotoImage:
    values = {name: getattr(row, name) for name in _OF_ROW}
    return PhotoImage(**values, photo_id=row.id, source_priority=source_priority(row.source))

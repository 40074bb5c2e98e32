"""Pictures that other settings made than those of this run, and what the catalogue knows of them once made anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, case, not_, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from phx_scraper.model.image import Image
from phx_scraper.model.stored_form import StoredForm
from phx_scraper.storage.catalogue import removal_queue, schema
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.sql_dialects import greatest
from phx_scraper.storage.catalogue.sql_helpers import chunks, mark_stale

photos, images = schema.photos, schema.images

HOMES_AT_ONCE = 500
_OF_FORM = ("content_hash", "width", "height", "path", "file_size_bytes", "made_as")


def outdated_pictures(connection: Connection, homes: Sequence[str], form: StoredForm) -> list[str]:
    """The `raw_sha256` of each image that has a file, is shown by these homes and is not of this form; home by home."""
    # From an index alone, for in most runs every image has this form; asked row by row it would be read in full.
    others = [
        found for found in connection.execute(select(images.c.made_as).distinct()).scalars() if found != str(form)
    ]
    if not others:
        return []
    query = (
        select(photos.c.raw_sha256)
        .join(images, photos.c.raw_sha256 == images.c.raw_sha256)
        .where(removal_queue.has_file(), images.c.made_as.in_(others), _is_other(form))
    )
    found: dict[str, None] = {}
    for part in chunks(dict.fromkeys(homes), HOMES_AT_ONCE):
        of_homes = query.where(photos.c.property_hash.in_(part)).order_by(photos.c.property_hash, photos.c.id)
        found |= dict.fromkeys(connection.execute(of_homes).scalars())
    return list(found)


def _is_other(form: StoredForm) -> ColumnElement[bool]:
    """`StoredForm.fits` the other way round, of an image that was made in another form."""
    longest = greatest(images.c.width, images.c.height)
    original = greatest(images.c.original_width, images.c.original_height)
    wanted = case((original < form.max_dimension, original), else_=form.max_dimension)
    differs = [not_(images.c.path.endswith(f".{form.extension}")), longest != wanted]
    if form.jpeg_quality is not None:
        differs.append(not_(images.c.made_as.endswith(f" {form.jpeg_quality}")))
    return or_(*differs)


def images_by_hash(connection: Connection, wanted: Sequence[str]) -> list[Image]:
    """The images of these `raw_sha256`, in their order; what is gone is left out."""
    rows = connection.execute(select(images).where(images.c.raw_sha256.in_(wanted)))
    found = {row.raw_sha256: record(Image, row) for row in rows}
    return [found[raw_sha256] for raw_sha256 in wanted if raw_sha256 in found]


def renew(connection: Connection, old: Image, new: Image) -> list[str]:
    """Give an image its file of another form; returns the homes that show it, none where it has changed meanwhile.

    The file is there before this; the old one is noted for removal. Views of the homes become stale.
    """
    is_as_read = and_(images.c.raw_sha256 == old.raw_sha256, images.c.path == old.path)
    values = {name: getattr(new, name) for name in _OF_FORM}
    if connection.execute(update(images).where(is_as_read).values(**values)).rowcount == 0:
        removal_queue.queue(connection, [new.path])
        return []
    shown = select(photos.c.property_hash).where(photos.c.raw_sha256 == old.raw_sha256).distinct()
    homes = list(connection.execute(shown.order_by(photos.c.property_hash)).scalars())
    for property_hash in homes:
        mark_stale(connection, property_hash)
    if new.path != old.path:
        removal_queue.queue(connection, [old.path])
    return homes

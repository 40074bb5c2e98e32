"""Kept pictures that other settings made than those of this run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, func, not_, or_, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

photos, images = schema.photos, schema.images

HOMES_AT_ONCE = 500
EXTENSIONS = {"PNG": ".png", "JPEG": ".jpg"}


class Made(NamedTuple):
    """How many pictures have another format, and how many a longest side that this setting would not give them."""

    format: int
    size: int


def made_otherwise(connection: Connection, homes: Sequence[str], image_format: str, max_dimension: int) -> Made:
    """Count them among the kept pictures of these homes; `max_dimension` is in pixels."""
    extension = EXTENSIONS[image_format]
    longest = func.max(images.c.width, images.c.height)
    original = func.max(images.c.original_width, images.c.original_height)
    wanted = case((original < max_dimension, original), else_=max_dimension)
    other_format = not_(images.c.path.endswith(extension))
    other_size = or_(longest > wanted + 1, longest < wanted - 1)
    query = select(
        func.coalesce(func.sum(case((other_format, 1), else_=0)), 0),
        func.coalesce(func.sum(case((other_size, 1), else_=0)), 0),
    ).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    found = [0, 0]
    for part in chunks(dict.fromkeys(homes), HOMES_AT_ONCE):
        match = and_(photos.c.property_hash.in_(part), photos.c.state == "stored", photos.c.removed_at.is_(None))
        for place, number in enumerate(connection.execute(query.where(match)).one()):
            found[place] += number
    return Made(*found)

"""Images that nothing has any more: their rows, what was compared with them, and their files."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, or_, select

from phx_scraper.storage.catalogue import removal_queue, schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

images, lookalikes, image_hashes = schema.images, schema.lookalikes, schema.image_hashes


def forget_images(connection: Connection, sha256s: Iterable[str]) -> None:
    """Delete the rows of images that no photo has, and note their files for removal."""
    for part in chunks(sha256s):
        of_these = images.c.raw_sha256.in_(part)
        files = connection.execute(select(images.c.raw_path, images.c.path).where(of_these)).all()
        pairs = or_(lookalikes.c.raw_sha256.in_(part), lookalikes.c.other_sha256.in_(part))
        connection.execute(delete(lookalikes).where(pairs))
        connection.execute(delete(image_hashes).where(image_hashes.c.raw_sha256.in_(part)))
        connection.execute(delete(images).where(of_these))
        removal_queue.queue(connection, [path for row in files for path in row if path])

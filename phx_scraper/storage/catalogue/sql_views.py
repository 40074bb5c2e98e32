"""Views of the catalogue for people's own SQL: joins that are easily got wrong. No part of ours reads them.

They are made anew whenever the tables change, so that a table may lose a column which no view reads.
"""

from __future__ import annotations

from sqlalchemy import Connection

from phx_scraper.storage.catalogue.sql_dialects import time_text

VIEWS = {
    "kept_photos": """
SELECT
    photos.id AS photo_id,
    homes.property_hash,
    homes.address,
    photos.source,
    photos.key,
    photos.position,
    coalesce(photo_categories.kind, photos.kind) AS kind,
    photos.caption,
    photo_categories.location,
    photo_categories.subject,
    photo_categories.confidence,
    photo_categories.signal,
    images.path,
    images.raw_path,
    images.width,
    images.height,
    images.file_size_bytes,
    images.original_width,
    images.original_height,
    images.original_format,
    images.content_hash,
    images.raw_sha256,
    images.phash,
    images.dhash,
    CASE photos.fetched_url WHEN '' THEN photos.url ELSE photos.fetched_url END AS url,
    listings.url AS listing_url,
    listings.status AS listing_status,
    listings.listing_date,
    {downloaded_at} AS downloaded_at
FROM photos
JOIN homes ON homes.property_hash = photos.property_hash
JOIN images ON images.raw_sha256 = photos.raw_sha256
LEFT JOIN photo_categories ON photo_categories.photo_id = photos.id
LEFT JOIN listings ON listings.property_hash = photos.property_hash AND listings.source = photos.source
WHERE photos.state = 'stored' AND photos.removed_at IS NULL AND NOT photos.hidden""",
}
"""Name -> what it selects; a time in braces is a text of it."""


def make(connection: Connection) -> None:
    """Make all views, of tables that are up to date."""
    for name, select in VIEWS.items():
        told = select.format(downloaded_at=time_text(connection, "photos.downloaded_at"))
        connection.exec_driver_sql(f"CREATE VIEW {name} AS{told}")


def drop(connection: Connection) -> None:
    """Drop those that are there: SQLite refuses to change a table under a view."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")

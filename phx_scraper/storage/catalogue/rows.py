"""Rows of the catalogue turned into the records that leave it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from phx_scraper.model.home import HomeRow
from phx_scraper.model.image import Image
from phx_scraper.model.listing import ListingRow
from phx_scraper.model.photo import PhotoRow
from phx_scraper.model.run import RunRow


def home_row(row: Row[Any]) -> HomeRow:
    """From a row of `homes`."""
    return HomeRow(
        row.property_hash, row.address, row.slug, row.street, row.city, row.state, row.zip, row.unit, row.extras
    )


def listing_row(row: Row[Any]) -> ListingRow:
    """From a row of `listings`."""
    return ListingRow(
        property_hash=row.property_hash,
        source=row.source,
        url=row.url,
        address=row.address,
        ids=row.ids,
        status=row.status,
        listing_date=row.listing_date,
        claimed_photo_count=row.claimed_photo_count,
        facts=row.facts,
        evidence=tuple((kind, asked, found) for kind, asked, found in row.evidence),
        refused=tuple((reason, count) for reason, count in row.refused),
        seen_at=row.seen_at,
        run_id=row.run_id,
    )


def photo_row(row: Row[Any]) -> PhotoRow:
    """From a row of `photos`."""
    return PhotoRow(
        id=row.id,
        property_hash=row.property_hash,
        source=row.source,
        key=row.key,
        position=row.position,
        kind=row.kind,
        caption=row.caption,
        url=row.url,
        fallbacks=tuple(row.fallbacks),
        state=row.state,
        reason=row.reason,
        raw_sha256=row.raw_sha256,
        etag=row.etag,
        last_modified=row.last_modified,
    )


def image_record(row: Row[Any]) -> Image:
    """From a row of `images`."""
    return Image(
        raw_sha256=row.raw_sha256,
        content_hash=row.content_hash,
        phash=row.phash,
        dhash=row.dhash,
        hash_version=row.hash_version,
        width=row.width,
        height=row.height,
        original_width=row.original_width,
        original_height=row.original_height,
        original_format=row.original_format,
        raw_bytes=row.raw_bytes,
        raw_path=row.raw_path,
        path=row.path,
        file_size_bytes=row.file_size_bytes,
        signature=row.signature,
        quality=row.quality,
        flat=row.flat,
    )


def run_row(row: Row[Any]) -> RunRow:
    """From a row of `runs`."""
    return RunRow(row.run_id, row.spider, row.arguments, row.started_at, row.finished_at, row.ending, row.totals)

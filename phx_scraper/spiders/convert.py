"""Listings of pages and of the catalogue as items."""

from __future__ import annotations

from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo, PhotoRow
from phx_scraper.model.visit import VisitLease


def listing_item(visit: VisitLease, listing: Listing, evidence: list[dict[str, str]]) -> ListingItem:
    """What a page says, as the item of its visit."""
    return ListingItem(
        property_hash=visit.property_hash,
        source=visit.source,
        asked_address=visit.address,
        address=listing.address,
        url=listing.url,
        status=listing.status,
        listing_date=listing.listing_date,
        claimed_photo_count=listing.claimed_photo_count,
        ids=dict(listing.ids),
        evidence=evidence,
        photos=[_photo_item(photo) for photo in listing.photos],
        facts=dict(listing.facts),
        refused=dict(listing.refused),
    )


def resumed_item(visit: VisitLease) -> ListingItem:
    """What the catalogue knows of an unfinished visit: its listing and the photos still to fetch."""
    listing = visit.listing
    assert listing is not None
    return ListingItem(
        property_hash=visit.property_hash,
        source=visit.source,
        asked_address=visit.address,
        address=listing.address,
        url=listing.url,
        status=listing.status,
        listing_date=listing.listing_date,
        claimed_photo_count=listing.claimed_photo_count,
        ids=dict(listing.ids),
        evidence=[{"kind": kind, "asked": asked, "found": found} for kind, asked, found in listing.evidence],
        photos=[pending_photo(row) for row in visit.photos],
        facts=dict(listing.facts),
        refused=dict(listing.refused),
        resumed=True,
    )


def pending_photo(row: PhotoRow) -> PhotoItem:
    """A photo row that still has to be fetched."""
    return PhotoItem(
        key=row.key,
        position=row.position,
        url=row.url,
        caption=row.caption,
        kind=row.kind,
        fallbacks=tuple(row.fallbacks),
        photo_id=row.id,
        raw_sha256=row.raw_sha256 or "",
    )


def _photo_item(photo: Photo) -> PhotoItem:
    return PhotoItem(
        key=photo.key,
        position=photo.position,
        url=photo.url,
        caption=photo.caption,
        kind=photo.kind,
        fallbacks=tuple(variant.url for variant in photo.variants if variant.url != photo.url),
    )

"""Homes, listings and pictures as the API shows them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from phx_scraper.model.home import HomeRow
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import VisitRow
from phx_scraper.storage.catalogue.gallery import HomeGallery
from phx_scraper.storage.catalogue.property_pages import HomeSummary
from phx_scraper.views.documents import timestamp

IMAGES = "/api/images"


class SourceState(BaseModel):
    """How a home stands at a source: `outcome` ok, empty, not_found, blocked, error or pending."""

    outcome: str
    reason: str
    detail: str
    finished_at: str | None


class Property(BaseModel):
    """A home; `images` counts the pictures of it that are shown."""

    property_hash: str
    address: str
    street: str
    city: str
    state: str
    zip: str
    unit: str
    sources: dict[str, SourceState]
    images: int


class PropertyList(BaseModel):
    """A page of homes; `next` is the URL of the next one, null at the end."""

    properties: list[Property]
    next: str | None


class ListingDocument(BaseModel):
    """What a source says of a home."""

    url: str
    address: str
    status: str
    listing_date: str | None
    ids: dict[str, str]
    facts: dict[str, Any]
    claimed_photo_count: int | None


class PropertyDetails(Property):
    """A home with its listings by source."""

    listings: dict[str, ListingDocument]


class PropertyImage(BaseModel):
    """A picture of a home; `url` has its bytes."""

    content_hash: str
    url: str
    source: str
    source_url: str
    position: int
    caption: str
    kind: str
    location: str | None
    subject: str | None
    width: int
    height: int
    file_size_bytes: int
    downloaded_at: str | None


class ImageList(BaseModel):
    """A page of a home's pictures, in the order of its gallery; `total` counts all of them."""

    images: list[PropertyImage]
    total: int
    next: str | None


def property_of(found: HomeSummary) -> Property:
    """A home in a list."""
    return Property(**_home(found.home, found.visits, found.pictures))


def details(gallery: HomeGallery) -> PropertyDetails:
    """One home."""
    told = {source: _listing(listing) for source, listing in gallery.listings.items()}
    return PropertyDetails(**_home(gallery.home, gallery.visits, len(gallery.kept)), listings=told)


def image(photo: Photo) -> PropertyImage:
    """A picture that is shown."""
    kept = photo.image
    assert kept is not None
    return PropertyImage(
        url=f"{IMAGES}/{kept.content_hash}",
        source_url=photo.url,
        location=photo.category.location if photo.category else None,
        subject=photo.category.subject if photo.category else None,
        downloaded_at=timestamp(photo.downloaded_at),
        **{name: getattr(photo, name) for name in ("source", "position", "caption", "kind")},
        **{name: getattr(kept, name) for name in ("content_hash", "width", "height", "file_size_bytes")},
    )


def _home(home: HomeRow, visits: dict[str, VisitRow], pictures: int) -> dict[str, Any]:
    names = ("property_hash", "address", "street", "city", "state", "zip", "unit")
    sources = {source: _visit(visit) for source, visit in visits.items()}
    return {**{name: getattr(home, name) for name in names}, "sources": sources, "images": pictures}


def _visit(visit: VisitRow) -> SourceState:
    return SourceState(
        outcome=visit.outcome, reason=visit.reason, detail=visit.detail, finished_at=timestamp(visit.finished_at)
    )


def _listing(listing: Listing) -> ListingDocument:
    return ListingDocument(**{name: getattr(listing, name) for name in ListingDocument.model_fields})

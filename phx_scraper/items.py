"""What spiders yield: one ListingItem per visit, with its photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from itemadapter import ItemAdapter
from itemadapter.adapter import DataclassAdapter

from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import VisitLease


def _of_listing(name: str) -> property:
    def change(item: ListingItem, value: object) -> None:
        item.listing = replace(item.listing, **{name: value})  # type: ignore[arg-type]

    return property(attrgetter(f"listing.{name}"), change)


@dataclass(slots=True)
class ListingItem:
    """What a source says of one asked home, with the evidence that it is that home.

    `resumed` is set where the listing comes from the catalogue instead of a page; `saved_at` is the day of the page, in
    seconds since 1970, where a person saved it. Its fields for pipelines and feeds
    are FIELDS, and pipelines may set those of the listing; once the listing is recorded, `photos` are those of it that
    this visit is to fetch.
    """

    visit: VisitLease
    listing: Listing
    resumed: bool = False
    saved_at: float | None = None

    property_hash = property(attrgetter("visit.property_hash"))
    source = property(attrgetter("visit.source"))
    asked_address = property(attrgetter("visit.address"))
    address, url, status = _of_listing("address"), _of_listing("url"), _of_listing("status")
    listing_date, claimed_photo_count = _of_listing("listing_date"), _of_listing("claimed_photo_count")
    ids, facts = _of_listing("ids"), _of_listing("facts")

    @property
    def photos(self) -> tuple[Photo, ...]:
        """In gallery order."""
        return self.listing.photos

    @photos.setter
    def photos(self, photos: Iterable[Photo]) -> None:
        self.listing = replace(self.listing, photos=tuple(photos))

    @property
    def evidence(self) -> list[dict[str, str]]:
        """Dicts of kind, asked and found."""
        return [piece._asdict() for piece in self.listing.evidence]

    @evidence.setter
    def evidence(self, pieces: Iterable[Mapping[str, str]]) -> None:
        self.listing = replace(self.listing, evidence=tuple(Evidence(**piece) for piece in pieces))

    @property
    def refused(self) -> dict[str, int]:
        """Photos left out on purpose, counted by reason."""
        return dict(self.listing.refused)

    @refused.setter
    def refused(self, counts: Mapping[str, int]) -> None:
        self.listing = replace(self.listing, refused=tuple(sorted(counts.items())))


FIELDS: dict[type, tuple[str, ...]] = {
    ListingItem: (
        *("property_hash", "source", "asked_address", "address", "url", "status", "listing_date"),
        *("claimed_photo_count", "ids", "evidence", "photos", "facts", "refused", "resumed"),
    ),
    Photo: (*("key", "position", "url", "caption", "kind", "fallbacks", "photo_id", "state", "reason", "raw_sha256"),),
}
"""What users' own pipelines and feeds find in an item and in its photos, by `itemadapter`."""


class FieldsAdapter(DataclassAdapter):
    """Shows them by these names, whatever records hold them."""

    def __init__(self, item: Any) -> None:
        self.item = item
        self._fields_dict = dict.fromkeys(FIELDS[type(item)], field())

    @classmethod
    def is_item(cls, item: Any) -> bool:
        """Whether it is one of ours."""
        return type(item) in FIELDS

    @classmethod
    def is_item_class(cls, item_class: type) -> bool:
        """The same of a class."""
        return item_class in FIELDS

    @classmethod
    def get_field_names_from_class(cls, item_class: type) -> list[str] | None:
        """In the order of a feed's columns."""
        return list(FIELDS[item_class])


ItemAdapter.ADAPTER_CLASSES.appendleft(FieldsAdapter)  # type: ignore[attr-defined]

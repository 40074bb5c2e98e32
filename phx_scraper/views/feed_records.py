"""What a feed holds: a record for each home and source, from the catalogue; for CSV a row for each photo of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from phx_scraper.model.photo import Photo
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.views.documents import timestamp

VISIT = (
    *("asked_address", "property_hash", "source", "outcome", "reason", "detail", "address", "url", "status"),
    *("listing_date", "claimed_photo_count", "finished_at", "not_before", "run_id"),
)
PHOTO = (
    *("position", "key", "kind", "caption", "state", "reason", "local_path", "original_path", "width", "height"),
    *("duplicate_of", "raw_sha256", "url"),
)
OPEN = ("extras", "ids", "facts")
"""Parts of a record whose names are those of the list of homes or of the source."""


class VisitRecord(dict[str, Any]):
    """One home at one source: how it ended, what its listing says, and its photos in gallery order.

    Paths are relative to IMAGES_STORE, times ISO 8601 in UTC. `extras` are the further columns of the list of homes.
    """


def visit_records(
    catalogue: Catalogue, homes: Sequence[str], sources: Sequence[str], run: str = ""
) -> list[VisitRecord]:
    """Records by home, then by source, in the order given; with `run` only of visits that this run was last to end."""
    found = {}
    with catalogue.reading() as tx:
        for gallery in galleries(tx, homes):
            found[gallery.home.property_hash] = gallery
    return [
        _record(found[home], source)
        for home in homes
        for source in sources
        if home in found and source in found[home].visits and run in {"", found[home].visits[source].run_id}
    ]


def open_columns(record: VisitRecord) -> set[str]:
    """The columns that a record adds to the fixed ones."""
    return {f"{part}.{name}" for part in OPEN for name in record[part]}


def in_order(names: Iterable[str]) -> list[str]:
    """Those of the list of homes first, then ids, then facts, each by name."""
    return sorted(names, key=lambda name: (OPEN.index(name.partition(".")[0]), name))


def fixed_columns() -> list[str]:
    """The columns that every CSV feed has."""
    return [*VISIT, "photo", *(f"photo_{name}" for name in PHOTO if name != "position")]


def flat_rows(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for each photo, one without a photo where there is none; every value is a text, a number or None."""
    visit = {name: record[name] for name in VISIT}
    for part in OPEN:
        visit |= {f"{part}.{name}": _flat(value) for name, value in record[part].items()}
    for photo in record["photos"] or [dict.fromkeys(PHOTO)]:
        own = {f"photo_{name}": photo[name] for name in PHOTO if name != "position"}
        yield {**visit, "photo": photo["position"], **own}


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | tuple) else value


def _record(gallery: HomeGallery, source: str) -> VisitRecord:
    home, visit, listing = gallery.home, gallery.visits[source], gallery.listings.get(source)
    evidence = listing.evidence if listing else ()
    return VisitRecord(
        asked_address=home.address,
        property_hash=home.property_hash,
        extras=dict(home.extras),
        source=source,
        outcome=visit.outcome,
        reason=visit.reason or None,
        detail=getattr(visit, "detail", "") or None,
        finished_at=timestamp(visit.finished_at),
        not_before=timestamp(visit.not_before),
        run_id=visit.run_id,
        address=listing.address if listing else None,
        url=listing.url if listing else None,
        status=listing.status if listing else None,
        listing_date=listing.listing_date if listing else None,
        claimed_photo_count=visit.claimed_photo_count,
        ids=dict(listing.ids) if listing else {},
        facts=dict(listing.facts) if listing else {},
        evidence=[piece._asdict() for piece in evidence],
        refused=dict(listing.refused) if listing else {},
        photos=[_photo(photo) for photo in gallery.photos if photo.source == source],
    )


def _photo(photo: Photo) -> dict[str, Any]:
    image = photo.image
    return {
        "position": photo.position,
        "key": photo.key,
        "kind": photo.kind,
        "caption": photo.caption,
        "state": photo.state,
        "reason": photo.reason or None,
        "local_path": image.path if image and photo.state in {"stored", "removed", "hidden"} else None,
        "original_path": image.raw_path if image else None,
        "width": image.width if image else None,
        "height": image.height if image else None,
        "duplicate_of": ":".join(photo.duplicate_of) if photo.duplicate_of and photo.state == "duplicate" else None,
        "raw_sha256": image.raw_sha256 if image else None,
        "url": photo.url,
    }

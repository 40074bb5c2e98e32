"""What changed from one run to another: homes on the list, photos, and what listings say; as JSON has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue import listing_history, photo_history
from phx_scraper.storage.catalogue.listing_history import ListingChange
from phx_scraper.storage.catalogue.photo_history import PhotoChange
from phx_scraper.storage.catalogue.registration import addresses
from phx_scraper.storage.catalogue.run_details import homes_of
from phx_scraper.views.documents import timestamp
from phx_scraper.views.photo_entry import image_id

Entry = dict[str, Any]


def difference(connection: Connection, older: RunRow, newer: RunRow) -> Entry:
    """`homes`, `listings` and `photos` as they were when the older run ended against how the newer one left them.

    What runs in between found is part of it.
    """
    known, span = addresses(connection), (older.started_at, newer.started_at)
    photos = [_photo(change, known) for change in photo_history.changes_between(connection, *span)]
    listings = list(listing_history.changes_between(connection, *span))
    new, facts = _new_listings(listings, known), [entry for one in listings for entry in _facts(one, known)]
    touched = {entry["address"] for entry in (*photos, *new, *facts)}
    return {
        "from": _run(older),
        "to": _run(newer),
        "homes": _homes(connection, (older, newer), known, touched),
        "listings": {"new": new, "changed": facts},
        "photos": {name: [one for one in photos if one["change"] == name] for name in ("new", "changed", "removed")},
    }


def _run(run: RunRow) -> Entry:
    return {"run_id": run.run_id, "spider": run.spider, "started_at": timestamp(run.started_at), "ending": run.ending}


def _homes(connection: Connection, runs: tuple[RunRow, RunRow], known: Mapping[str, str], touched: set[str]) -> Entry:
    """`new` and `removed` are None where an earlier version made one of the runs, which noted no list."""
    before, after = (homes_of(connection, run.run_id) for run in runs)
    if before is None or after is None:
        return {"new": None, "changed": sorted(touched), "removed": None}
    new, removed = (_addresses(labels, known) for labels in (after - before, before - after))
    return {"new": new, "changed": sorted(touched.difference(new)), "removed": removed}


def _addresses(labels: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """A home that was forgotten since is told by its label."""
    return sorted(known.get(label, label) for label in labels)


def _new_listings(listings: Iterable[ListingChange], known: Mapping[str, str]) -> list[Entry]:
    return [
        {"address": known[one.property_hash], "source": one.source, "url": one.url, "facts": dict(one.new)}
        for one in listings
        if one.old is None
    ]


def _facts(listing: ListingChange, known: Mapping[str, str]) -> Iterator[Entry]:
    """One entry for each fact that has another value now."""
    for name, value in listing.new.items() if listing.old is not None else ():
        old = listing.old.get(name) if listing.old is not None else None
        if old != value:
            where = {"address": known[listing.property_hash], "source": listing.source, "url": listing.url}
            yield {**where, "fact": name, "old": old, "new": value}


def _photo(change: PhotoChange, known: Mapping[str, str]) -> Entry:
    return {
        "change": change.change,
        "again": change.again,
        "address": known[change.property_hash],
        "source": change.source,
        "image_id": image_id(change.property_hash, change.source, change.key),
        "position": change.position,
        "url": change.url,
        "local_path": change.path,
    }

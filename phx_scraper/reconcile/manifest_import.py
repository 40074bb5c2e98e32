"""What the views told, put back into the tables of a new catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from phx_scraper.homes import Home
from phx_scraper.model.image import Image
from phx_scraper.model.outcome import ENDED
from phx_scraper.model.photo import ON_PAGE
from phx_scraper.model.run import RunDetails
from phx_scraper.model.visit import DueVisit
from phx_scraper.reconcile.homes_in_views import Facts, ImportedHome, seconds
from phx_scraper.reconcile.told_categories import kind_on_page, put_category
from phx_scraper.storage.catalogue import run_details, schema
from phx_scraper.storage.catalogue.sql_helpers import mark_stale, of_visit, upsert

visits, listings, photos = schema.visits, schema.listings, schema.photos

_VALIDATORS = {"fetched_url": "url", "etag": "etag", "last_modified": "last_modified"}
Pair = tuple[Facts, Image | None]
"""A photo as a manifest tells of it, with its image described anew."""

_REVISION = 1


def put_runs(connection: Connection, told: Iterable[Facts]) -> int:
    """Restore runs; returns how many."""
    number = 0
    for run in told:
        row = {name: run.get(name) or {} for name in ("arguments", "totals")}
        row |= {"run_id": run["run_id"], "spider": run.get("spider") or "", "ending": run.get("ending")}
        row |= {"started_at": seconds(run.get("started_at")) or 0.0, "finished_at": seconds(run.get("finished_at"))}
        connection.execute(schema.runs.insert(), row)
        run_details.begin(connection, run["run_id"], _details(run))
        number += 1
    return number


def _details(run: Facts) -> RunDetails:
    versions, settings, took = (run.get(name) for name in ("versions", "settings", "seconds"))
    told = (value if isinstance(value, dict) else {} for value in (versions, settings, took))
    return RunDetails(str(run.get("mode") or ""), *told)


def put_listings(connection: Connection, home: Home, told: ImportedHome, run_id: str) -> None:
    """Restore a home's listings; what is left of their ids is what served as evidence, their facts are lost."""
    for source, facts in told.sources.items():
        if not facts.get("listing_url"):
            continue
        shown = next((photo for photo in told.photos if photo.get("source") == source), {})
        evidence = [[one["kind"], one["asked"], one["found"]] for one in shown.get("evidence", ())]
        proved = {kind: found for kind, _, found in evidence if "@" not in kind}
        row = {
            "property_hash": home.property_hash,
            "source": source,
            "url": facts["listing_url"],
            "address": proved.pop("address", home.address),
            "ids": proved | ({"mls": shown["mls_number"]} if shown.get("mls_number") else {}),
            "status": facts.get("listing_status") or "",
            "listing_date": facts.get("listing_date"),
            "claimed_photo_count": facts.get("claimed_photo_count"),
            "facts": {},
            "evidence": evidence,
            "refused": [[reason, count] for reason, count in (facts.get("refused") or {}).items()],
            "partial": bool(facts.get("partial")),
            "revision": _REVISION,
            "seen_at": seconds(facts.get("finished_at")) or time.time(),
            "run_id": facts.get("run_id") or run_id,
        }
        connection.execute(listings.insert(), row)


def put_photos(connection: Connection, home: Home, pairs: Sequence[Pair], urls: Mapping[str, Any], run_id: str) -> int:
    """Restore a home's photos with their images; returns how many have one. One whose file is gone becomes pending."""
    ids: dict[str, int] = {}
    for entry, image in pairs:
        if image is not None:
            _put_image(connection, image, entry.get("created_by_run_id") or run_id)
        row = _photo(home, entry, image, urls.get(entry["image_id"], {}), run_id)
        inserted = connection.execute(photos.insert(), row).inserted_primary_key
        assert inserted is not None
        ids[entry["image_id"]] = inserted[0]
        if row["raw_sha256"] is not None:
            put_category(connection, inserted[0], entry)
    for entry, _ in pairs:
        if entry.get("duplicate_of") in ids:
            match = photos.c.id == ids[entry["image_id"]]
            kept = {"duplicate_of": ids[entry["duplicate_of"]], "duplicate_kind": "told"}
            connection.execute(update(photos).where(match).values(**kept))
    return sum(1 for _, image in pairs if image is not None)


def put_visits(connection: Connection, home: Home, told: ImportedHome, run_id: str) -> None:
    """Restore how a home stands at each source; a visit with photos still to fetch stays open for them."""
    mark_stale(connection, home.property_hash)
    for source, facts in told.sources.items():
        outcome = facts.get("outcome")
        if outcome not in ENDED:
            continue
        missing = _pending(connection, home, source)
        values = {
            "outcome": "pending" if missing else outcome,
            "reason": "" if missing else facts.get("reason") or "",
            "needs_page": not missing,
            "claimed_photo_count": facts.get("claimed_photo_count"),
            "finished_at": seconds(facts.get("finished_at")) or time.time(),
            "not_before": seconds(facts.get("not_before")),
            "run_id": facts.get("run_id") or run_id,
        }
        match = of_visit(visits, DueVisit(home.property_hash, source))
        connection.execute(update(visits).where(match).values(**values))


def _put_image(connection: Connection, image: Image, run_id: str) -> None:
    values = {name: getattr(image, name) for name in Image.__slots__} | {"quality": dict(image.quality)}
    upsert(connection, schema.images, {"raw_sha256": values.pop("raw_sha256")}, {**values, "run_id": run_id})


def _photo(home: Home, entry: Facts, image: Image | None, asked: Facts, run_id: str) -> dict[str, Any]:
    removed, hidden = (entry.get("status") == state for state in ("removed", "hidden"))
    state = "stored" if removed or hidden else entry["status"]
    if state in {"stored", "duplicate"} and image is None:
        state = "failed" if removed else "pending"
    told = image if state in {"stored", "duplicate"} else None
    return {
        "property_hash": home.property_hash,
        "source": entry["source"],
        "key": entry["image_id"].split("_", 2)[2],
        "position": entry["position"],
        "caption": "",
        "url": entry["source_url"],
        "fallbacks": [],
        "state": state,
        "reason": (entry.get("error_message") or "") if state == entry["status"] else "",
        "raw_sha256": told.raw_sha256 if told else None,
        "hidden": hidden,
        "smaller_copy": told is not None and bool(entry.get("smaller_copy")),
        "revision": _REVISION - removed,
        "removed_at": time.time() if removed else None,
        **{column: (asked.get(name) or "") if told else "" for column, name in _VALIDATORS.items()},
        "checked_at": seconds(asked.get("last_checked") or asked.get("checked_at")),
        "downloaded_at": seconds(entry.get("downloaded_at")),
        "processed_at": seconds(entry.get("processed_at")),
        "first_run_id": entry.get("created_by_run_id") or run_id,
        "run_id": run_id,
        **{name: entry[name] for name in ON_PAGE if entry.get(name)},
        "kind": kind_on_page(entry),
    }


def _pending(connection: Connection, home: Home, source: str) -> int:
    query = select(func.count()).select_from(photos).where(of_visit(photos, DueVisit(home.property_hash, source)))
    return int(connection.execute(query.where(photos.c.state == "pending")).scalar_one())

"""Homes put on the list, asked for again, or forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from phx_scraper.storage import removals, schema
from phx_scraper.storage.lookalikes import touch_neighbours
from phx_scraper.storage.statements import chunks

if TYPE_CHECKING:
    from phx_scraper.homes import Home

homes, visits, photos = schema.homes, schema.visits, schema.photos

_OPEN_AGAIN: dict[str, Any] = {
    "outcome": "pending",
    "reason": "",
    "attempts": 0,
    "not_before": None,
    "needs_page": True,
}
_NO_LEASE: dict[str, Any] = {"lease_run": None, "lease_holder": None, "lease_until": None}


def register(connection: Connection, new: Sequence[Home], sources: Sequence[str], run_id: str) -> None:
    """Insert what is not known yet; homes and visits that are known keep their outcomes."""
    for part in chunks({home.property_hash: home for home in new}.values()):
        known = set(connection.execute(select(homes.c.property_hash).where(_of(part))).scalars())
        _insert_homes(connection, [home for home in part if home.property_hash not in known], run_id)
        _update_homes(connection, [home for home in part if home.property_hash in known], run_id)
        _insert_visits(connection, part, sources)


def requeue(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
    """Make visits due at once, and every photo of theirs be fetched again when its listing is next read."""
    for match in _visits_of(property_hashes, sources):
        connection.execute(update(visits).where(match).values(**_OPEN_AGAIN, force=True))


def forget(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> None:
    """Drop listings and photos of these visits and make them pending, as if they had never been made."""
    for part in chunks(property_hashes):
        paths = _paths_shown(connection, part, sources)
        for property_hash in part:
            touch_neighbours(connection, property_hash)
        _forget_photos(connection, part, sources)
        connection.execute(delete(schema.listings).where(_matches(schema.listings, part, sources)))
        connection.execute(
            update(visits)
            .where(_matches(visits, part, sources))
            .values(**_OPEN_AGAIN, **_NO_LEASE, force=False, finished_at=None, run_id=None, claimed_photo_count=None)
        )
        removals.queue(connection, paths)


def _of(part: Sequence[Home]) -> Any:
    return homes.c.property_hash.in_([home.property_hash for home in part])


def _insert_homes(connection: Connection, new: Sequence[Home], run_id: str) -> None:
    if not new:
        return
    wanted = [home.slug for home in new]
    taken = set(connection.execute(select(homes.c.slug).where(homes.c.slug.in_(wanted))).scalars())
    rows = []
    for home in new:
        # Two homes may read alike once punctuation is gone; each keeps a folder of its own.
        slug = home.slug if home.slug not in taken else f"{home.slug}-{home.property_hash}"
        taken.add(slug)
        rows.append(_home_values(home, slug, run_id))
    connection.execute(homes.insert(), rows)


def _home_values(home: Home, slug: str, run_id: str) -> dict[str, Any]:
    return {
        "property_hash": home.property_hash,
        "address": home.address,
        "slug": slug,
        "street": home.street,
        "city": home.city,
        "state": home.state,
        "zip": home.zip,
        "unit": home.parsed.unit,
        "extras": dict(home.extras),
        "first_run_id": run_id,
        "last_run_id": run_id,
    }


def _update_homes(connection: Connection, known: Sequence[Home], run_id: str) -> None:
    if known:
        connection.execute(
            update(homes)
            .where(homes.c.property_hash == bindparam("of_home"))
            .values(extras=bindparam("new_extras"), last_run_id=run_id),
            [{"of_home": home.property_hash, "new_extras": dict(home.extras)} for home in known],
        )


def _insert_visits(connection: Connection, part: Sequence[Home], sources: Sequence[str]) -> None:
    of_part = visits.c.property_hash.in_([home.property_hash for home in part])
    known = {
        (row.property_hash, row.source)
        for row in connection.execute(select(visits.c.property_hash, visits.c.source).where(of_part))
    }
    rows = [
        {"property_hash": home.property_hash, "source": source}
        for home in part
        for source in dict.fromkeys(sources)
        if (home.property_hash, source) not in known
    ]
    if rows:
        connection.execute(visits.insert(), rows)


def _visits_of(property_hashes: Sequence[str], sources: Sequence[str]) -> Iterator[Any]:
    for part in chunks(property_hashes):
        yield _matches(visits, part, sources)


def _matches(table: Any, part: Sequence[str], sources: Sequence[str]) -> Any:
    return and_(table.c.property_hash.in_(part), table.c.source.in_(sources))


def _paths_shown(connection: Connection, part: Sequence[str], sources: Sequence[str]) -> set[str]:
    images = schema.images
    query = (
        select(images.c.path)
        .join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
        .where(_matches(photos, part, sources))
    )
    return set(connection.execute(query).scalars())


def _forget_photos(connection: Connection, part: Sequence[str], sources: Sequence[str]) -> None:
    going = select(photos.c.id).where(_matches(photos, part, sources))
    orphans = photos.c.duplicate_of.in_(going)
    # A duplicate that is being fetched again has no file of its own to fall back on.
    connection.execute(update(photos).where(orphans, photos.c.state == "pending").values(raw_sha256=None))
    connection.execute(update(photos).where(orphans).values(duplicate_of=None))
    connection.execute(delete(photos).where(_matches(photos, part, sources)))

"""Rows of `homes`: what a list says of a home, and what its folder is to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from phx_scraper.homes import Home, identity_of, street_key
from phx_scraper.storage.catalogue import schema, view_change_counter
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, photos, images = schema.homes, schema.photos, schema.images


def insert_homes(connection: Connection, new: Sequence[Home], run_id: str) -> None:
    """Insert homes that are not known yet, each with a folder name of its own."""
    if not new:
        return
    view_change_counter.note(connection)
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
        "identity": identity_of(home.parsed),
        "street_key": street_key(home.parsed),
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


def update_homes(connection: Connection, known: Sequence[Home], run_id: str) -> None:
    """Note the run at homes that are known, and what its list says of them; where that is new their folders follow."""
    labels = [home.property_hash for home in known]
    if not labels:
        return
    these = homes.c.property_hash.in_(labels)
    rows = connection.execute(select(homes.c.property_hash, homes.c.extras).where(these))
    before = {row.property_hash: row.extras for row in rows}
    connection.execute(update(homes).where(these).values(last_run_id=run_id))
    # A home that is named on the command line has no columns: what a list said of it stays.
    changed = [home for home in known if home.extras and dict(home.extras) != before[home.property_hash]]
    if changed:
        view_change_counter.note(connection)
        connection.execute(
            update(homes)
            .where(homes.c.property_hash == bindparam("of_home"))
            .values(extras=bindparam("new_extras"), revision=homes.c.revision + 1),
            [{"of_home": home.property_hash, "new_extras": dict(home.extras)} for home in changed],
        )


def show_originals(connection: Connection, labels: Sequence[str], wanted: bool) -> int:
    """Say whether these homes' folders are to have the originals too; those where that changes become stale.

    Returns in how many of them that adds or removes files.
    """
    number = 0
    for part in chunks(labels):
        others = and_(homes.c.property_hash.in_(part), homes.c.originals != wanted)
        values = {"originals": wanted, "revision": homes.c.revision + 1}
        has_some = select(photos.c.id).join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        has_some = has_some.where(
            photos.c.property_hash == homes.c.property_hash, photos.c.state == "stored", images.c.raw_path.is_not(None)
        )
        changed = select(func.count()).select_from(homes).where(others, has_some.exists())
        number += int(connection.execute(changed).scalar_one())
        if connection.execute(update(homes).where(others).values(**values)).rowcount:
            view_change_counter.note(connection)
    return number

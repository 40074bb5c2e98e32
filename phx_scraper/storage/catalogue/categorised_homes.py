"""Which homes' pictures `categorised/` shows as the catalogue says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, delete, insert, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.category_tables import categorised_files, categorised_homes
from phx_scraper.storage.catalogue.sql_helpers import chunks, upsert

homes, runs, files = schema.homes, schema.runs, categorised_files


def stale_categorised(connection: Connection) -> list[str]:
    """Homes whose pictures may stand there under other names than they should, by address."""
    shown = and_(
        categorised_homes.c.property_hash == homes.c.property_hash, categorised_homes.c.revision == homes.c.revision
    )
    query = select(homes.c.property_hash).join(categorised_homes, shown, isouter=True)
    query = query.where(categorised_homes.c.property_hash.is_(None)).order_by(homes.c.address)
    return list(connection.execute(query).scalars())


def mark_categorised(connection: Connection, property_hash: str) -> None:
    """Note that a home's pictures are there as the catalogue says; the caller's write lock makes that so."""
    query = select(homes.c.revision).where(homes.c.property_hash == property_hash)
    revision = connection.execute(query).scalar_one()
    upsert(connection, categorised_homes, {"property_hash": property_hash}, {"revision": revision})


def unmark_categorised(connection: Connection, property_hash: str) -> None:
    """Have a home's pictures be written there anew."""
    connection.execute(delete(categorised_homes).where(categorised_homes.c.property_hash == property_hash))


def is_categorised(connection: Connection, property_hash: str) -> bool:
    """Whether the home's pictures were ever put there."""
    query = select(categorised_homes.c.revision).where(categorised_homes.c.property_hash == property_hash)
    return connection.execute(query).first() is not None


def gone_homes(connection: Connection) -> list[str]:
    """Homes that the catalogue does not know any more, and of which files may be there."""
    query = select(files.c.property_hash).distinct().where(files.c.property_hash.not_in(select(homes.c.property_hash)))
    return sorted(connection.execute(query).scalars())


def files_of(connection: Connection, property_hash: str) -> dict[str, str]:
    """Path -> content hash of what was put there of a home."""
    rows = connection.execute(select(files).where(files.c.property_hash == property_hash))
    return {row.path: row.content_hash for row in rows}


def note_files(connection: Connection, property_hash: str, placed: Mapping[str, str]) -> None:
    """Have the catalogue say that these files (path -> content hash) of a home are there, and no others."""
    known = files_of(connection, property_hash)
    wrong = [path for path in known if known[path] != placed.get(path)]
    for part in chunks(wrong):
        connection.execute(delete(files).where(files.c.path.in_(part)))
    new = [
        {"path": path, "property_hash": property_hash, "content_hash": content_hash}
        for path, content_hash in placed.items()
        if known.get(path) != content_hash
    ]
    if new:
        connection.execute(insert(files), new)


def began(connection: Connection, run_ids: Sequence[str]) -> dict[str, float]:
    """When runs began, in seconds since 1970; runs that nobody knows are left out."""
    found: dict[str, float] = {}
    for part in chunks(run_ids):
        rows = connection.execute(select(runs.c.run_id, runs.c.started_at).where(runs.c.run_id.in_(part)))
        found |= {row.run_id: row.started_at for row in rows}
    return found

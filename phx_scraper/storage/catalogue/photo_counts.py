"""What came of homes and photos, counted for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from phx_scraper.model.photo import PhotoCounts
from phx_scraper.model.reasons import SMALLER_COPY
from phx_scraper.model.visit import VisitRow
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.rows import record
from phx_scraper.storage.catalogue.shown_photos import as_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.transient_photos import shown_last

visits, homes, photos = schema.visits, schema.homes, schema.photos

VisitKey = tuple[str, str]


def visit_rows(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> list[VisitRow]:
    """How these visits stand, in the order of the homes, then of the sources; unknown ones are left out."""
    stand: list[VisitRow] = []
    for part in chunks(dict.fromkeys(property_hashes)):
        match = and_(visits.c.property_hash.in_(part), visits.c.source.in_(sources))
        found = {
            (row.property_hash, row.source): record(VisitRow, row) for row in connection.execute(_query().where(match))
        }
        for property_hash in part:
            stand += (found[property_hash, source] for source in sources if (property_hash, source) in found)
    return stand


def visits_of_homes(connection: Connection, part: Sequence[str]) -> dict[str, dict[str, VisitRow]]:
    """All visits of a few homes: property_hash -> source -> visit, sources by name."""
    found: dict[str, dict[str, VisitRow]] = {property_hash: {} for property_hash in part}
    query = _query().where(visits.c.property_hash.in_(part)).order_by(visits.c.source)
    for row in connection.execute(query):
        found[row.property_hash][row.source] = record(VisitRow, row)
    return found


def photo_counts(
    connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]
) -> dict[VisitKey, PhotoCounts]:
    """Photos by state of each (property_hash, source) that has any."""
    counts: dict[VisitKey, PhotoCounts] = {}
    for part in chunks(dict.fromkeys(property_hashes)):
        match = and_(photos.c.property_hash.in_(part), photos.c.source.in_(sources))
        tallies: dict[VisitKey, Counter[tuple[str, str]]] = {}
        for row in connection.execute(_tally().where(match)):
            tallies.setdefault((row.property_hash, row.source), Counter())[row.shown_as, row.failure] += row.number
        counts |= {visit: _counts(tally) for visit, tally in tallies.items()}
    return counts


def photo_totals(connection: Connection, property_hashes: Sequence[str], source: str) -> PhotoCounts:
    """A source's photos of these homes by state."""
    return add_up(list(photo_counts(connection, property_hashes, [source]).values()))


def shown_totals(connection: Connection, property_hash: str, source: str) -> PhotoCounts:
    """The photos by state that the home's listing at a source shows now: those that it dropped are on their way out."""
    of_listing = and_(photos.c.property_hash == property_hash, photos.c.source == source)
    rows = connection.execute(_tally().join(schema.listings, shown_last()).where(of_listing))
    return _counts(Counter({(row.shown_as, row.failure): row.number for row in rows}))


def smaller_copies(connection: Connection, property_hashes: Sequence[str], sources: Sequence[str]) -> int:
    """How many shown pictures of these visits are smaller files than the best ones, which are still to be had."""
    shown = and_(photos.c.reason == SMALLER_COPY, photos.c.removed_at.is_(None), photos.c.source.in_(sources))
    query = select(func.count()).where(shown, photos.c.state.in_(("stored", "duplicate")))
    return sum(
        connection.execute(query.where(photos.c.property_hash.in_(part))).scalar_one()
        for part in chunks(dict.fromkeys(property_hashes))
    )


def add_up(counts: Sequence[PhotoCounts]) -> PhotoCounts:
    """The sum of several counts."""
    failures: Counter[str] = Counter()
    for count in counts:
        failures.update(count.failures)
    numbers = ("found", "pending", "stored", "duplicates", "failed", "removed", "hidden")
    totals = {name: sum(getattr(count, name) for count in counts) for name in numbers}
    return PhotoCounts(**totals, failures=dict(sorted(failures.items())))


def _query() -> Any:
    return select(visits, homes.c.address, homes.c.slug).join(homes, homes.c.property_hash == visits.c.property_hash)


def _tally() -> Any:
    shown_as = as_shown(photos).label("shown_as")
    failure = case((photos.c.state == "failed", photos.c.reason), else_="").label("failure")
    columns = (photos.c.property_hash, photos.c.source, shown_as, failure)
    return select(*columns, func.count().label("number")).group_by(*columns)


def _counts(tally: Counter[tuple[str, str]]) -> PhotoCounts:
    states: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for (state, failure), number in sorted(tally.items()):
        states[state] += number
        if state == "failed":
            failures[failure] += number
    return PhotoCounts(
        found=sum(states.values()) - states["removed"],
        pending=states["pending"],
        stored=states["stored"],
        duplicates=states["duplicate"],
        failed=states["failed"],
        removed=states["removed"],
        hidden=states["hidden"],
        failures=dict(failures),
    )

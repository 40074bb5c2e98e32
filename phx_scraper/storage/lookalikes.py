"""Images that look like one another, at whatever homes: found once for each, recorded as pairs, shown as `also_at`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, literal_column, select

from phx_scraper.storage import schema
from phx_scraper.storage.statements import chunks, touch_home, upsert

images, photos, homes, lookalikes = schema.images, schema.photos, schema.homes, schema.lookalikes

_COMPARED_UP_TO = "lookalikes_compared_up_to"
_ROW: ColumnElement[int] = literal_column("images.rowid")
_PAIR = lookalikes.c


class HashedImage(NamedTuple):
    """An image as the index of hashes takes it; `row` grows with every image."""

    row: int
    raw_sha256: str
    phash: str
    dhash: str
    hash_version: str
    flat: bool


class Pair(NamedTuple):
    """Two images within the duplicate distance; `distance` is of their pHashes, in bits of 64."""

    raw_sha256: str
    other_sha256: str
    distance: int


Find = Callable[[Sequence[HashedImage], int], Iterable[Pair]]
"""Given images in row order and the row up to which all were compared: the pairs that the later ones make."""


def compare_new(connection: Connection, known_up_to: int, find: Find) -> int:
    """Have every image that is new to the catalogue compared; returns the last row seen.

    `known_up_to` is the last row that the caller's index holds. Runs under the write lock, so that of several
    processes just one compares an image, with all that came before it.
    """
    compared = _compared_up_to(connection)
    columns = (images.c.raw_sha256, images.c.phash, images.c.dhash, images.c.hash_version, images.c.flat)
    query = select(_ROW, *columns).where(min(known_up_to, compared) < _ROW).order_by(_ROW)
    found = [HashedImage(*row) for row in connection.execute(query)]
    if not found:
        return known_up_to
    pairs = list(find(found, compared))
    if pairs:
        connection.execute(insert(lookalikes).prefix_with("OR IGNORE"), [_values(pair) for pair in pairs])
        _touch_homes(connection, {sha256 for pair in pairs for sha256 in pair[:2]})
    if found[-1].row > compared:
        upsert(connection, schema.meta, {"key": _COMPARED_UP_TO}, {"value": str(found[-1].row)})
    return found[-1].row


def touch_neighbours(connection: Connection, property_hash: str) -> None:
    """Note that the views of a home and of homes with pictures like its own are out of date."""
    touch_home(connection, property_hash)
    own = select(photos.c.raw_sha256).where(photos.c.property_hash == property_hash, photos.c.raw_sha256.is_not(None))
    sha256s = set(connection.execute(own).scalars())
    for part in chunks(sorted(sha256s)):
        for one, other in ((_PAIR.raw_sha256, _PAIR.other_sha256), (_PAIR.other_sha256, _PAIR.raw_sha256)):
            sha256s |= set(connection.execute(select(other).where(one.in_(part))).scalars())
    _touch_homes(connection, sha256s, but=property_hash)


def also_at(connection: Connection, property_hashes: Sequence[str]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(property_hash, raw_sha256) of shown pictures -> addresses of other homes that show a picture like it."""
    found: dict[tuple[str, str], set[str]] = {}
    for part in chunks(property_hashes):
        for query in _elsewhere(part):
            for row in connection.execute(query):
                found.setdefault((row.property_hash, row.raw_sha256), set()).add(row.address)
    return {place: tuple(sorted(addresses)) for place, addresses in found.items()}


def _elsewhere(part: Sequence[str]) -> Iterator[Select[Any]]:
    """Shown pictures of these homes with other homes that show the same bytes, or a lookalike on either side."""
    mine, theirs = photos.alias("mine"), photos.alias("theirs")
    columns = (mine.c.property_hash, mine.c.raw_sha256, homes.c.address)
    wanted = and_(
        mine.c.property_hash.in_(part),
        *(photo.c.state == "stored" for photo in (mine, theirs)),
        *(photo.c.removed_at.is_(None) for photo in (mine, theirs)),
        theirs.c.property_hash != mine.c.property_hash,
    )
    at_home = homes.c.property_hash == theirs.c.property_hash
    same = select(*columns).join(theirs, theirs.c.raw_sha256 == mine.c.raw_sha256)
    yield same.join(homes, at_home).where(wanted)
    for one, two in ((_PAIR.raw_sha256, _PAIR.other_sha256), (_PAIR.other_sha256, _PAIR.raw_sha256)):
        like = select(*columns).join(lookalikes, one == mine.c.raw_sha256).join(theirs, theirs.c.raw_sha256 == two)
        yield like.join(homes, at_home).where(wanted)


def _values(pair: Pair) -> dict[str, object]:
    one, two = sorted(pair[:2])
    return {"raw_sha256": one, "other_sha256": two, "distance": pair.distance}


def _compared_up_to(connection: Connection) -> int:
    value = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == _COMPARED_UP_TO)).scalar()
    return int(value) if value else 0


def _touch_homes(connection: Connection, raw_sha256s: set[str], but: str = "") -> None:
    for part in chunks(sorted(raw_sha256s)):
        shown = select(photos.c.property_hash).where(photos.c.raw_sha256.in_(part), photos.c.state == "stored")
        for property_hash in connection.execute(shown.distinct()).scalars().all():
            if property_hash != but:
                touch_home(connection, property_hash)

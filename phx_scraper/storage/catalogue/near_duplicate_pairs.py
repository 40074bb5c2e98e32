"""Images that look like one another, at whatever homes: found once for each, recorded as pairs, shown as `also_at`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_dialects import hex_digits, insert_new, joined
from phx_scraper.storage.catalogue.sql_helpers import chunks, mark_stale, upsert

images, photos, homes, lookalikes = schema.images, schema.photos, schema.homes, schema.lookalikes
hashes = schema.image_hashes

BATCH = 1000
"""Images compared while the write lock is held once: a fifth of a second in a catalogue of a million."""

_HASHES_AT_ONCE = 100_000
_PAIR = lookalikes.c


class Scheme(NamedTuple):
    """Which images are compared, those hashed by one version, and within which distances of pHash and dHash (bits)."""

    hash_version: str
    distance: int
    dhash_distance: int

    @property
    def key(self) -> str:
        """Under which it is noted how far the comparing got: other distances find other pairs among the same images."""
        return f"compared_up_to/{self.hash_version}/{self.distance}/{self.dhash_distance}"


class HashedImage(NamedTuple):
    """An image as the index of hashes takes it; `number` grows with every image, and with one that is hashed anew."""

    number: int
    phash: str
    dhash: str


class Match(NamedTuple):
    """The numbers of two images within the duplicate distance; `distance` is of their pHashes, in bits of 64."""

    number: int
    other: int
    distance: int


def compared_hashes(connection: Connection, scheme: Scheme) -> Iterator[str]:
    """The images that need no comparing any more: 48 hex digits each (number, pHash, dHash), many in one text.

    Numbers grow from text to text, but within one they are in no promised order. A million rows would take a second to
    fetch one by one, and take half of it as text.
    """
    last = compared_up_to(connection, scheme)
    image = hex_digits(hashes.c.number).concat(hashes.c.phash).concat(hashes.c.dhash)
    query = select(joined(image)).where(hashes.c.hash_version == scheme.hash_version)
    for after in range(0, last, _HASHES_AT_ONCE):
        part = hashes.c.number.between(after + 1, min(after + _HASHES_AT_ONCE, last))
        yield connection.execute(query.where(part)).scalar() or ""


def images_after(connection: Connection, scheme: Scheme, number: int) -> list[HashedImage]:
    """Up to BATCH images that come after this number, in the order of theirs."""
    of_scheme = and_(hashes.c.hash_version == scheme.hash_version, hashes.c.number > number)
    query = select(hashes.c.number, hashes.c.phash, hashes.c.dhash).where(of_scheme).order_by(hashes.c.number)
    return [HashedImage(*row) for row in connection.execute(query.limit(BATCH))]


def record_pairs(connection: Connection, scheme: Scheme, matches: Sequence[Match], last: int) -> None:
    """Write the pairs found up to the image `last`, which needs no comparing from then on.

    In the transaction that asked for the new images: so of several processes just one compares an image.
    """
    _record(connection, scheme, matches)
    if last > compared_up_to(connection, scheme):
        upsert(connection, schema.meta, {"key": scheme.key}, {"value": str(last)})


def touch_neighbours(connection: Connection, property_hash: str) -> None:
    """Note that the views of a home and of homes with pictures like its own are out of date."""
    mark_stale(connection, property_hash)
    own = select(photos.c.raw_sha256).where(photos.c.property_hash == property_hash, photos.c.raw_sha256.is_not(None))
    sha256s = set(connection.execute(own).scalars())
    for part in chunks(sorted(sha256s)):
        for one, other in ((_PAIR.raw_sha256, _PAIR.other_sha256), (_PAIR.other_sha256, _PAIR.raw_sha256)):
            sha256s |= set(connection.execute(select(other).where(one.in_(part))).scalars())
    _touch_homes(connection, sha256s, but=property_hash)


def also_at(
    connection: Connection, property_hashes: Sequence[str], apart: Container[frozenset[str]] = ()
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(property_hash, raw_sha256) of shown pictures -> addresses of other homes that show a picture like it.

    `apart` has the pairs of images that a person told apart.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for part in chunks(property_hashes):
        for query in _elsewhere(part):
            for row in connection.execute(query):
                if frozenset((row.raw_sha256, row.other)) not in apart:
                    found.setdefault((row.property_hash, row.raw_sha256), set()).add(row.address)
    return {place: tuple(sorted(addresses)) for place, addresses in found.items()}


def _elsewhere(part: Sequence[str]) -> Iterator[Select[Any]]:
    """Shown pictures of these homes with other homes that show the same bytes, or a lookalike on either side."""
    mine, theirs = photos.alias("mine"), photos.alias("theirs")
    columns = (mine.c.property_hash, mine.c.raw_sha256, theirs.c.raw_sha256.label("other"), homes.c.address)
    wanted = and_(
        mine.c.property_hash.in_(part),
        is_shown(mine),
        is_shown(theirs),
        theirs.c.property_hash != mine.c.property_hash,
    )
    at_home = homes.c.property_hash == theirs.c.property_hash
    same = select(*columns).join(theirs, theirs.c.raw_sha256 == mine.c.raw_sha256)
    yield same.join(homes, at_home).where(wanted)
    for one, two in ((_PAIR.raw_sha256, _PAIR.other_sha256), (_PAIR.other_sha256, _PAIR.raw_sha256)):
        like = select(*columns).join(lookalikes, one == mine.c.raw_sha256).join(theirs, theirs.c.raw_sha256 == two)
        yield like.join(homes, at_home).where(wanted)


def _record(connection: Connection, scheme: Scheme, matches: Sequence[Match]) -> None:
    """Write the pairs of images that have not been hashed anew since, and note that the homes are to show them."""
    names = _names(connection, scheme, {number for match in matches for number in match[:2]})
    pairs = {
        tuple(sorted((names[match.number], names[match.other]))): match.distance
        for match in matches
        if match.number in names and match.other in names
    }
    rows = [
        {"raw_sha256": one, "other_sha256": two, "distance": distance}
        for (one, two), distance in pairs.items()
        if one != two
    ]
    if rows:
        insert_new(connection, lookalikes, rows)
        _touch_homes(connection, {sha256 for pair in pairs for sha256 in pair})


def _names(connection: Connection, scheme: Scheme, numbers: Iterable[int]) -> dict[int, str]:
    """raw_sha256 by number, without numbers that an image had before it was hashed anew."""
    names: dict[int, str] = {}
    for part in chunks(sorted(numbers)):
        as_it_is = and_(
            images.c.raw_sha256 == hashes.c.raw_sha256,
            images.c.phash == hashes.c.phash,
            images.c.dhash == hashes.c.dhash,
            images.c.hash_version == scheme.hash_version,
            ~images.c.flat,
        )
        query = select(hashes.c.number, hashes.c.raw_sha256).join(images, as_it_is).where(hashes.c.number.in_(part))
        names |= {row.number: row.raw_sha256 for row in connection.execute(query)}
    return names


def compared_up_to(connection: Connection, scheme: Scheme) -> int:
    """The number of the last image that some process has compared with all earlier ones; 0 for none."""
    value = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == scheme.key)).scalar()
    return int(value) if value else 0


def _touch_homes(connection: Connection, raw_sha256s: set[str], but: str = "") -> None:
    for part in chunks(sorted(raw_sha256s)):
        shown = select(photos.c.property_hash).where(photos.c.raw_sha256.in_(part), photos.c.state == "stored")
        for property_hash in connection.execute(shown.distinct()).scalars().all():
            if property_hash != but:
                mark_stale(connection, property_hash)

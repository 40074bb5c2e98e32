"""What pages for a person's review ask of all homes: pictures at several of them, and visits with something to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from phx_scraper.model.image import Image
from phx_scraper.storage.catalogue import decisions_across_homes, schema
from phx_scraper.storage.catalogue.category_review import DoubtfulCategory
from phx_scraper.storage.catalogue.decisions_across_homes import Apart
from phx_scraper.storage.catalogue.shown_photos import is_shown
from phx_scraper.storage.catalogue.sql_helpers import chunks, of_visit

homes, visits, photos, images = schema.homes, schema.visits, schema.photos, schema.images
maybe, lookalikes = schema.maybe_duplicates, schema.lookalikes

_SHOWN = is_shown()


class ShownPicture(NamedTuple):
    """A picture that a home shows."""

    property_hash: str
    address: str
    slug: str
    source: str
    key: str
    position: int
    image: Image


Pair = tuple[ShownPicture, ShownPicture]


class SharedPicture(NamedTuple):
    """What several homes show, in pairs of pictures of different homes."""

    homes: int
    pairs: list[Pair]


class PictureQuality(NamedTuple):
    """Of a shown picture: variance of the Laplacian, and mean grey of 0 to 1; None where not measured."""

    property_hash: str
    source: str
    key: str
    raw_sha256: str
    sharpness: float | None
    exposure: float | None


class DoubtfulVisit(NamedTuple):
    """A visit that a person should look at: its ending with reason and detail, photos claimed and shown."""

    address: str
    slug: str
    source: str
    outcome: str
    reason: str
    detail: str
    claimed: int | None
    shown: int


class DoubtfulHome(NamedTuple):
    """A home with pairs of pictures that may be copies, for a person to judge."""

    address: str
    slug: str
    pairs: int


def pictures_at_many_homes(connection: Connection) -> list[SharedPicture]:
    """Shown pictures that are equal or look alike at several homes, in groups; those of most homes first.

    Pairs that a person told apart are left out.
    """
    leads, apart = _Groups(), decisions_across_homes.apart(connection)
    for row in connection.execute(select(lookalikes.c.raw_sha256, lookalikes.c.other_sha256)):
        if frozenset(row) not in apart:
            leads.unite(row.raw_sha256, row.other_sha256)
    number = func.count(photos.c.property_hash.distinct())
    shared = select(photos.c.raw_sha256).where(_SHOWN).group_by(photos.c.raw_sha256).having(number > 1)
    wanted = dict.fromkeys([*leads.known, *connection.execute(shared).scalars()])
    found: dict[str, list[ShownPicture]] = {}
    for shown in _shown(connection, wanted):
        found.setdefault(leads.of(shown.image.raw_sha256), []).append(shown)
    groups = [SharedPicture(len(_homes(group)), _pairs(group, apart)) for group in found.values()]
    return sorted((group for group in groups if group.pairs), key=_most_homes_first)


def doubtful_visits(connection: Connection) -> list[DoubtfulVisit]:
    """Visits that ended in a contradiction, met addresses nearby, or show less than their page claims; by address."""
    live = and_(of_visit(photos, visits.c), photos.c.removed_at.is_(None))
    shown = select(func.count(photos.c.id)).where(live).scalar_subquery()
    is_short = and_(visits.c.outcome == "ok", visits.c.claimed_photo_count > shown)
    doubt = or_(visits.c.reason.like("contradiction%"), visits.c.detail.like("%near: %"), is_short)
    columns = (homes.c.address, homes.c.slug, *(visits.c[name] for name in ("source", "outcome", "reason", "detail")))
    query = select(*columns, visits.c.claimed_photo_count, shown).join(
        homes, homes.c.property_hash == visits.c.property_hash
    )
    rows = connection.execute(query.where(doubt).order_by(homes.c.address, visits.c.source))
    return [DoubtfulVisit._make(row) for row in rows]


def homes_with_doubts(connection: Connection) -> list[DoubtfulHome]:
    """Homes of which pairs of shown pictures may be copies, the most pairs first."""
    number, other = func.count().label("pairs"), photos.alias("other")
    query = (
        select(homes.c.address, homes.c.slug, number)
        .join_from(maybe, photos, photos.c.id == maybe.c.photo_id)
        .join(other, other.c.id == maybe.c.other_id)
        .join(homes, homes.c.property_hash == photos.c.property_hash)
        .where(_SHOWN, is_shown(other))
        .group_by(homes.c.property_hash)
        .order_by(number.desc(), homes.c.address)
    )
    return [DoubtfulHome(*row) for row in connection.execute(query)]


def qualities(connection: Connection) -> list[PictureQuality]:
    """Of every shown photo that is no drawing, home by home: narrow rows, since there are as many as photos."""
    measures = (images.c.quality[name].as_float() for name in ("sharpness", "exposure"))
    query = (
        select(photos.c.property_hash, photos.c.source, photos.c.key, photos.c.raw_sha256, *measures)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(_SHOWN, photos.c.kind == "photo")
        .order_by(photos.c.property_hash, photos.c.source, photos.c.position)
    )
    return [PictureQuality._make(row) for row in connection.execute(query)]


def shown_pictures(connection: Connection, wanted: Sequence[PictureQuality | DoubtfulCategory]) -> list[ShownPicture]:
    """These pictures, by address."""
    places = {picture[:3] for picture in wanted}
    found = _shown(connection, dict.fromkeys(picture.raw_sha256 for picture in wanted))
    chosen = [shown for shown in found if (shown.property_hash, shown.source, shown.key) in places]
    return sorted(chosen, key=lambda shown: (shown.address, shown.source, shown.position))


def _pairs(group: Sequence[ShownPicture], apart: Apart) -> list[Pair]:
    """Each picture but the first with an earlier one of another home, the first of those that it is not apart from."""
    pairs = []
    for place, other in enumerate(group):
        at_other_homes = (one for one in group[:place] if one.property_hash != other.property_hash)
        raw = other.image.raw_sha256
        like = next((one for one in at_other_homes if frozenset((one.image.raw_sha256, raw)) not in apart), None)
        pairs += [] if like is None else [(like, other)]
    return pairs


def _most_homes_first(group: SharedPicture) -> tuple[int, str, str, int]:
    first, _ = group.pairs[0]
    return (-group.homes, first.address, first.source, first.position)


def _homes(group: Iterable[ShownPicture]) -> set[str]:
    return {shown.property_hash for shown in group}


def _shown(connection: Connection, sha256s: Iterable[str]) -> Iterable[ShownPicture]:
    own = (photos.c.property_hash, homes.c.address, homes.c.slug, photos.c.source, photos.c.key, photos.c.position)
    names = [name for name in Image.__slots__ if name != "signature"]
    query = (
        select(*own, *(images.c[name] for name in names))
        .join(homes, homes.c.property_hash == photos.c.property_hash)
        .join(images, images.c.raw_sha256 == photos.c.raw_sha256)
        .where(_SHOWN)
        .order_by(homes.c.address, photos.c.property_hash, photos.c.source, photos.c.position)
    )
    for part in chunks(sha256s):
        for row in connection.execute(query.where(images.c.raw_sha256.in_(part))):
            values = list(row)
            image = Image(**dict(zip(names, values[len(own) :], strict=True)))
            yield ShownPicture._make([*values[: len(own)], image])


class _Groups:
    """Images that look alike, also by way of others."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, image: str) -> str:
        while self.known.get(image, image) != image:
            image = self.known[image]
        return image

    def unite(self, one: str, other: str) -> None:
        first, second = self.of(one), self.of(other)
        self.known.setdefault(one, first)
        self.known.setdefault(other, second)
        self.known[second] = first
        self.known[other] = first

"""A home's gallery as Zillow lists it: the home's pictures, some listed twice, some broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.errors import UsageError
from phx_scraper.replica.changes import Change, change_gallery, new_picture
from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import Property
from phx_scraper.replica.scenarios import choose_some
from phx_scraper.replica.seeded_random import SeededRandom


@dataclass(frozen=True, slots=True)
class ZillowPhoto:
    """One entry of the gallery."""

    picture: Picture
    caption: str

    @property
    def key(self) -> str:
        """The 32 digits in the photo's URL."""
        return self.picture.key


def present_gallery(home: Property, rng: SeededRandom, options: Options) -> tuple[ZillowPhoto, ...]:
    """The gallery in order. A picture that has a copy has no permanent fault."""
    plain = [ZillowPhoto(Picture(shot.seed), shot.caption) for shot in home.shots]
    if not plain:
        return ()
    faults = choose_some(("photo", "transient photo", "best file"), rng.fork("faults"), options)
    copies = choose_some(("copy",), rng.fork("copies"), options)
    order = rng.fork("order").shuffled(range(len(plain)))
    broken = dict(zip(order[1:], faults, strict=False))
    photos = [_with_fault(photo, broken.get(index, "")) for index, photo in enumerate(plain)]
    whole = [index for index in order if index not in broken]
    # One copy of a picture at most: two copies may differ more from each other than each from the original.
    copies_made = [_copy(plain[index], name, rng) for index, name in zip(whole, copies, strict=False)]
    return _insert(photos, copies_made, rng)


def change_zillow_gallery(home: Property, photos: tuple[ZillowPhoto, ...], change: Change) -> tuple[ZillowPhoto, ...]:
    """The gallery after a change. Raises UsageError for a changed photo: its URL would be another one, too."""

    def redone(photo: ZillowPhoto) -> ZillowPhoto:
        raise UsageError("a photo of Zillow has its picture in its URL: let it be removed, and a new one come")

    return change_gallery(photos, change, redone, lambda number: ZillowPhoto(new_picture(home, "zillow", number), ""))


def _with_fault(photo: ZillowPhoto, fault: str) -> ZillowPhoto:
    return ZillowPhoto(Picture(photo.picture.seed, fault=fault), photo.caption) if fault else photo


def _copy(photo: ZillowPhoto, scenario: str, rng: SeededRandom) -> ZillowPhoto:
    picture = Picture(photo.picture.seed, treatment=scenario.removeprefix("copy_"), strength=rng.between(0, 255))
    return ZillowPhoto(picture, photo.caption)


def _insert(photos: list[ZillowPhoto], copies_made: list[ZillowPhoto], rng: SeededRandom) -> tuple[ZillowPhoto, ...]:
    mixed = list(photos)
    for double in copies_made:
        # Never first: the cover is the agent's own picture.
        mixed.insert(rng.between(1, len(mixed)), double)
    return tuple(mixed)

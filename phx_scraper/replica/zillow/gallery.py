"""A home's gallery as Zillow lists it: the home's pictures, some listed twice, some broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import World
from phx_scraper.replica.scenarios import choose_some
from phx_scraper.replica.seeded_random import Dice


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """One entry of the gallery."""

    picture: Picture
    caption: str

    @property
    def key(self) -> str:
        """The 32 digits in the photo's address."""
        return self.picture.key


def show_gallery(world: World, dice: Dice, options: Options) -> tuple[ShownPhoto, ...]:
    """The gallery in order. A picture that has a copy is never one that is broken for ever."""
    plain = [ShownPhoto(Picture(shot.seed), shot.caption) for shot in world.shots]
    if not plain:
        return ()
    faults = choose_some(("photo", "heal", "best"), dice.fork("faults"), options)
    copies = choose_some(("copy",), dice.fork("copies"), options)
    order = dice.fork("order").shuffled(range(len(plain)))
    broken = dict(zip(order[1:], faults, strict=False))
    photos = [_break(photo, broken.get(index, "")) for index, photo in enumerate(plain)]
    whole = [index for index in order if index not in broken]
    # One copy of a picture at most: two copies may differ more from each other than each from the original.
    doubles = [_double(plain[index], name, dice) for index, name in zip(whole, copies, strict=False)]
    return _insert(photos, doubles, dice)


def _break(photo: ShownPhoto, fault: str) -> ShownPhoto:
    return ShownPhoto(Picture(photo.picture.seed, fault=fault), photo.caption) if fault else photo


def _double(photo: ShownPhoto, kind: str, dice: Dice) -> ShownPhoto:
    picture = Picture(photo.picture.seed, treatment=kind.removeprefix("copy_"), strength=dice.between(0, 255))
    return ShownPhoto(picture, photo.caption)


def _insert(photos: list[ShownPhoto], doubles: list[ShownPhoto], dice: Dice) -> tuple[ShownPhoto, ...]:
    mixed = list(photos)
    for double in doubles:
        # Never first: the cover is the agent's own picture.
        mixed.insert(dice.between(1, len(mixed)), double)
    return tuple(mixed)

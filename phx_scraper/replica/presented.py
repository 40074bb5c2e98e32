"""Cross-listing: which of a home's pictures a source shows, in which order, and how its copies differ."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.replica.options import FULL_WIDTH, MIN_UNCROPPED, Options
from phx_scraper.replica.pictures import Picture, Size
from phx_scraper.replica.property import CAPTIONS, Shot, World
from phx_scraper.replica.scenarios import choose_some
from phx_scraper.replica.seeded_random import Dice

_LEAST_WIDTH = 320
_KEPT, _TREATED = 0.8, 0.4


@dataclass(frozen=True, slots=True)
class ListedPhoto:
    """One entry of a source's gallery: the picture as this source has it."""

    picture: Picture
    caption: str


def list_photos(world: World, source: str, options: Options) -> tuple[ListedPhoto, ...]:
    """The gallery of the home at `source`, in order; empty where the home has no pictures at all."""
    dice = Dice(source, world.text.lower(), "gallery")
    marks = choose_some(("cross",), dice.fork("cross"), options)
    shots = _order(_subset(world, source, marks, dice), marks, dice.fork("order"))
    photos = [ListedPhoto(_treated(shot, marks, dice.fork(shot.seed)), shot.caption) for shot in shots]
    faults = choose_some(("photo", "heal", "best"), dice.fork("faults"), options)
    # Never the first: the cover also stands on result pages.
    broken = dict(zip(dice.fork("broken").shuffled(range(1, len(photos))), faults, strict=False))
    return tuple(_break(photo, broken.get(place, "")) for place, photo in enumerate(photos))


def _subset(world: World, source: str, marks: tuple[str, ...], dice: Dice) -> list[Shot]:
    shots = list(world.shots)
    if "cross_single" in marks:
        return shots[:1]
    if "cross_subset" in marks:
        shots = shots[:1] + [shot for shot in shots[1:] if dice.fork("kept", shot.seed).chance(_KEPT)]
    if "cross_extra" in marks and shots:
        shots += [_extra(world, source, place) for place in range(dice.fork("extra").between(1, 3))]
    return shots


def _extra(world: World, source: str, place: int) -> Shot:
    dice = Dice("only at", source, world.text.lower(), place)
    return Shot(dice.hex(24), dice.pick(CAPTIONS))


def _order(shots: list[Shot], marks: tuple[str, ...], dice: Dice) -> list[Shot]:
    if "cross_reordered" not in marks or len(shots) < 2:
        return shots
    if dice.chance(0.5):
        return dice.shuffled(shots)
    place = dice.between(1, len(shots) - 1)
    return [shots[place], *shots[:place], *shots[place + 1 :]]


def _treated(shot: Shot, marks: tuple[str, ...], dice: Dice) -> Picture:
    """At most one change to a copy: two changed copies must still be near each other."""
    ways = [mark.removeprefix("cross_") for mark in ("cross_cropped", "cross_watermarked", "cross_reencoded")]
    ways = [way for way in ways if f"cross_{way}" in marks]
    if not ways or not dice.chance(_TREATED):
        return Picture(shot.seed)
    return Picture(shot.seed, treatment=dice.pick(ways), strength=dice.between(0, 255))


def _break(photo: ListedPhoto, fault: str) -> ListedPhoto:
    return ListedPhoto(Picture(photo.picture.seed, fault=fault), photo.caption) if fault else photo


def best_size(width: int, options: Options) -> Size:
    """The size of a source's best file, which is `width` pixels wide unless the options ask for less.

    Narrow files are cut to 4:3 as Zillow's are, so that copies at different sources stay copies.
    """
    wide = max(_LEAST_WIDTH, round(width * options.width / FULL_WIDTH))
    return Size(wide) if options.width >= MIN_UNCROPPED else Size(wide, wide * 3 // 4)

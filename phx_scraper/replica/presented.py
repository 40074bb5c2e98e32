"""A home's gallery at each source: which pictures, in which order, and how the copies differ."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.replica.options import FULL_WIDTH, MIN_UNCROPPED, Options
from phx_scraper.replica.pictures import Picture, Size
from phx_scraper.replica.property import CAPTIONS, Property, Shot
from phx_scraper.replica.scenarios import choose_some
from phx_scraper.replica.seeded_random import SeededRandom

_LEAST_WIDTH = 320
_KEPT, _TREATED = 0.8, 0.4


@dataclass(frozen=True, slots=True)
class PresentedPhoto:
    """One entry of a source's gallery: the picture as this source presents it."""

    picture: Picture
    caption: str


def present_photos(home: Property, source: str, options: Options) -> tuple[PresentedPhoto, ...]:
    """The gallery of the home at `source`, in order; empty where the home has no pictures at all."""
    rng = SeededRandom(source, home.text.lower(), "gallery")
    variations = choose_some(("cross",), rng.fork("cross"), options)
    shots = _order(_subset(home, source, variations, rng), variations, rng.fork("order"))
    photos = [PresentedPhoto(_treated(shot, variations, rng.fork(shot.seed)), shot.caption) for shot in shots]
    faults = choose_some(("photo", "transient photo", "best file"), rng.fork("faults"), options)
    # Never the first: the cover is on result pages too.
    broken = dict(zip(rng.fork("broken").shuffled(range(1, len(photos))), faults, strict=False))
    return tuple(_with_fault(photo, broken.get(place, "")) for place, photo in enumerate(photos))


def _subset(home: Property, source: str, variations: tuple[str, ...], rng: SeededRandom) -> list[Shot]:
    shots = list(home.shots)
    if "cross_single" in variations:
        return shots[:1]
    if "cross_subset" in variations:
        shots = shots[:1] + [shot for shot in shots[1:] if rng.fork("kept", shot.seed).chance(_KEPT)]
    if "cross_extra" in variations and shots:
        shots += [_extra_shot(home, source, place) for place in range(rng.fork("extra").between(1, 3))]
    return shots


def _extra_shot(home: Property, source: str, place: int) -> Shot:
    rng = SeededRandom("only at", source, home.text.lower(), place)
    return Shot(rng.hex(24), rng.pick(CAPTIONS))


def _order(shots: list[Shot], variations: tuple[str, ...], rng: SeededRandom) -> list[Shot]:
    if "cross_reordered" not in variations or len(shots) < 2:
        return shots
    if rng.chance(0.5):
        return rng.shuffled(shots)
    place = rng.between(1, len(shots) - 1)
    return [shots[place], *shots[:place], *shots[place + 1 :]]


def _treated(shot: Shot, variations: tuple[str, ...], rng: SeededRandom) -> Picture:
    """At most one treatment of a copy: two treated copies must still be near-duplicates."""
    treatments = [
        scenario.removeprefix("cross_") for scenario in ("cross_cropped", "cross_watermarked", "cross_reencoded")
    ]
    treatments = [treatment for treatment in treatments if f"cross_{treatment}" in variations]
    if not treatments or not rng.chance(_TREATED):
        return Picture(shot.seed)
    return Picture(shot.seed, treatment=rng.pick(treatments), strength=rng.between(0, 255))


def _with_fault(photo: PresentedPhoto, fault: str) -> PresentedPhoto:
    return PresentedPhoto(Picture(photo.picture.seed, fault=fault), photo.caption) if fault else photo


def best_size(width: int, options: Options) -> Size:
    """The size of a source's best file, which is `width` pixels wide unless the options ask for less.

    Narrow files are cropped to 4:3 as Zillow's are, so that copies at different sources stay near-duplicates.
    """
    wide = max(_LEAST_WIDTH, round(width * options.width / FULL_WIDTH))
    return Size(wide) if options.width >= MIN_UNCROPPED else Size(wide, wide * 3 // 4)

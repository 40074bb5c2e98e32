"""What Redfin shows of one home: the choices that both its pages and the truth are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.replica.cross_source import as_numbered, as_seen, fate_at, outcome_of, pinned, twist
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.presented import ListedPhoto, best_size, list_photos
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.photos import best_variant

ARMLS = 86
"""Redfin's number for the Phoenix MLS."""
_VERSIONS = ("0", "1", "2", "3", "5", "F", "I", "Y", "1K", "A")
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class NamedPhoto:
    """A file of some listing: its name without directory, prefix and ending, and what it holds."""

    source_id: int
    stem: str
    caption: str
    file: PhotoFile

    @property
    def mls(self) -> str:
        """The MLS number in the name."""
        return self.stem.split("_")[0]

    @property
    def key(self) -> str:
        """(data source, file name): the photo's identity."""
        return f"{self.source_id}/{self.stem}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One home at Redfin. `seen` is the home as its page states it; `way` is how it contradicts the other sources."""

    world: World
    seen: World
    property_id: int
    listing_id: int
    fate: str
    find: str
    hiccup: str
    marks: tuple[str, ...]
    way: str
    photos: tuple[NamedPhoto, ...]

    @property
    def outcome(self) -> str:
        """How a perfect visit ends."""
        ending = "error" if self.way else outcome_of(self.fate)
        return "empty" if ending == "ok" and not self.photos else ending

    def dice(self, *names: object) -> Dice:
        """Chance that belongs to this home at Redfin."""
        return Dice("redfin", self.world.text.lower(), *names)


def property_id_of(text: str) -> int:
    """The property id of a canonical address."""
    return Dice("redfin property", text.lower()).between(10_000_000, 199_999_999)


def show(text: str, options: Options) -> Shown:
    """The home at the address `text`; raises AddressError."""
    world = as_numbered("redfin", look_up(text, options.photos), options)
    dice = Dice("redfin", world.text.lower(), "kinds")
    fate = fate_at("redfin", world.text, options)
    passing = outcome_of(fate) in ("ok", "empty")
    marks = choose_some(("redfin page", "cross equal"), dice.fork("page"), options)
    way = twist("redfin", world, options)
    bare = outcome_of(fate) == "empty"
    return Shown(
        world=world,
        seen=as_seen("redfin", world, way, 0.0 if way else pinned("redfin", world, options)),
        property_id=property_id_of(world.text),
        listing_id=dice.fork("listing").between(180_000_000, 219_999_999),
        fate=fate,
        find=choose_one("redfin find", dice.fork("find"), options),
        hiccup=choose_one("redfin hiccup", dice.fork("hiccup"), options) if passing else "",
        marks=marks,
        way=way,
        photos=() if bare else _photos(world, marks, options),
    )


def plain(text: str, options: Options) -> Shown:
    """The home at `text` as an ordinary listing, for pages that show it in place of another."""
    shown = show(text, options)
    photos = shown.photos or _photos(shown.world, (), options)
    seen = as_seen("redfin", shown.world, "")
    return replace(shown, seen=seen, fate="", find="", hiccup="", marks=(), way="", photos=photos)


def _photos(world: World, marks: tuple[str, ...], options: Options) -> tuple[NamedPhoto, ...]:
    listed = list_photos(world, "redfin", options)
    dice = Dice("redfin", world.text.lower(), "files")
    width = dice.fork("width").pick((1024, 1280, 1536))
    files = [_file(photo, width, marks, options) for photo in listed]
    stems = stems_of(world.mls, len(files), dice.fork("versions"), "redfin_versions" in marks)
    return tuple(
        NamedPhoto(ARMLS, stem, photo.caption, file) for stem, photo, file in zip(stems, listed, files, strict=True)
    )


def _file(photo: ListedPhoto, width: int, marks: tuple[str, ...], options: Options) -> PhotoFile:
    if "byte_equal" in marks:
        return PhotoFile(replace(photo.picture, treatment="plain", strength=0), best_variant(options.width)[1])
    quality = 0 if photo.picture.treatment == "reencoded" else _QUALITY
    image_format = "WEBP" if "redfin_webp" in marks else "JPEG"
    return PhotoFile(photo.picture, best_size(width, options), image_format, quality)


def stems_of(mls: str, count: int, dice: Dice, mixed: bool = False) -> list[str]:
    """File names in gallery order: the first has no index; `mixed` gives cover and rest different versions."""
    version = dice.pick(_VERSIONS)
    cover = dice.pick([other for other in _VERSIONS if other != version]) if mixed else version
    return [f"{mls}_{place}_{version}" if place else f"{mls}_{cover}" for place in range(count)]

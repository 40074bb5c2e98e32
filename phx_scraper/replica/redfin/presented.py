"""One home as Redfin presents it; pages and truth are both built from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.errors import UsageError
from phx_scraper.replica.changes import (
    change_at,
    change_gallery,
    ending_after,
    new_picture,
    redone_picture,
    with_price,
)
from phx_scraper.replica.cross_source import as_numbered, as_stated, contradiction_at, ending_at, outcome_of, pin_error
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.presented import PresentedPhoto, best_size, present_photos
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.photos import best_variant

ARMLS = 86
"""Redfin's number for the Phoenix MLS."""
_VERSIONS = ("0", "1", "2", "3", "5", "F", "I", "Y", "1K", "A")
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class RedfinPhoto:
    """A photo of a listing: its file name without directory, prefix and extension, and its content.

    Pictures that Redfin took itself are numbered in a `bundle`; their names tell no version.
    """

    source_id: int
    stem: str
    caption: str
    file: PhotoFile
    bundle: str = ""

    @property
    def mls(self) -> str:
        """The MLS number in the name."""
        return self.stem.split("_")[0]

    @property
    def key(self) -> str:
        """(data source, file name), of Redfin's own pictures (bundle, file name): the photo's identity."""
        return f"{self.bundle or self.source_id}/{self.stem}"


@dataclass(frozen=True, slots=True)
class PresentedHome:
    """One home at Redfin. `stated` is the home as its page states it; `contradiction` as `cross_source` names it."""

    home: Property
    stated: Property
    property_id: int
    listing_id: int
    ending: str
    lookup: str
    transient: str
    variations: tuple[str, ...]
    contradiction: str
    photos: tuple[RedfinPhoto, ...]

    @property
    def outcome(self) -> str:
        """The outcome of a perfect visit."""
        outcome = "error" if self.contradiction else outcome_of(self.ending)
        return "empty" if outcome == "ok" and not self.photos else outcome

    def rng(self, *names: object) -> SeededRandom:
        """A random stream of this home at Redfin."""
        return SeededRandom("redfin", self.home.text.lower(), *names)


def property_id_of(text: str) -> int:
    """The property id of a canonical address."""
    return SeededRandom("redfin property", text.lower()).between(10_000_000, 199_999_999)


def present(text: str, options: Options) -> PresentedHome:
    """The home at the address `text`; raises AddressError."""
    home = as_numbered("redfin", property_at(text, options.photos), options)
    change = change_at(options.changes, "redfin", home.text)
    home = with_price(home, change)
    rng = SeededRandom("redfin", home.text.lower(), "kinds")
    ending = ending_after(ending_at("redfin", home.text, options), "redfin", change)
    passing = outcome_of(ending) in ("ok", "empty")
    variations = choose_some(("redfin page", "cross equal"), rng.fork("page"), options)
    contradiction = contradiction_at("redfin", home, options)
    bare = outcome_of(ending) == "empty"
    return PresentedHome(
        home=home,
        stated=as_stated("redfin", home, contradiction, 0.0 if contradiction else pin_error("redfin", home, options)),
        property_id=property_id_of(home.text),
        listing_id=rng.fork("listing").between(180_000_000, 219_999_999),
        ending=ending,
        lookup=choose_one("redfin lookup", rng.fork("find"), options),
        transient=choose_one("redfin transient", rng.fork("hiccup"), options) if passing else "",
        variations=variations,
        contradiction=contradiction,
        photos=() if bare else _photos(home, variations, options),
    )


def present_ordinary(text: str, options: Options) -> PresentedHome:
    """The home at `text` as an ordinary listing, for pages that present it in place of another."""
    presented = present(text, options)
    photos = presented.photos or _photos(presented.home, (), options)
    stated = as_stated("redfin", presented.home, "")
    return replace(
        presented, stated=stated, ending="", lookup="", transient="", variations=(), contradiction="", photos=photos
    )


def _photos(home: Property, variations: tuple[str, ...], options: Options) -> tuple[RedfinPhoto, ...]:
    listed = present_photos(home, "redfin", options)
    rng = SeededRandom("redfin", home.text.lower(), "files")
    width = rng.fork("width").pick((1024, 1280, 1536))
    files = [_file(photo, width, variations, options) for photo in listed]
    stems = stems_of(home.mls, len(files), rng.fork("versions"), "redfin_versions" in variations)
    photos = tuple(
        RedfinPhoto(ARMLS, stem, photo.caption, file) for stem, photo, file in zip(stems, listed, files, strict=True)
    )
    return _changed(home, _as_own(home, photos) if "redfin_own_photos" in variations else photos, width, options)


def _as_own(home: Property, photos: tuple[RedfinPhoto, ...]) -> tuple[RedfinPhoto, ...]:
    bundle = f"{property_id_of(home.text)}_JPG"
    return tuple(replace(photo, bundle=bundle, stem=f"item_{place}") for place, photo in enumerate(photos, 1))


def _changed(home: Property, photos: tuple[RedfinPhoto, ...], width: int, options: Options) -> tuple[RedfinPhoto, ...]:
    """The photos after a change. Raises UsageError for a changed one of an MLS: its URL would be another one, too."""

    def redone(photo: RedfinPhoto) -> RedfinPhoto:
        if not photo.bundle:
            raise UsageError("a photo of an MLS has its version in its URL: let it be removed, and a new one come")
        return replace(photo, file=replace(photo.file, picture=redone_picture(photo.file.picture)))

    def added(number: int) -> RedfinPhoto:
        file = PhotoFile(new_picture(home, "redfin", number), best_size(width, options), quality=_QUALITY)
        place = len(photos) + number
        last = photos[-1]
        stem = f"item_{place}" if last.bundle else f"{last.mls}_{place - 1}_{last.stem.rpartition('_')[2]}"
        return replace(last, stem=stem, caption="", file=file)

    change = change_at(options.changes, "redfin", home.text)
    return change_gallery(photos, change, redone, added) if photos else photos


def _file(photo: PresentedPhoto, width: int, variations: tuple[str, ...], options: Options) -> PhotoFile:
    if "byte_equal" in variations:
        return PhotoFile(replace(photo.picture, treatment="plain", strength=0), best_variant(options.width)[1])
    quality = 0 if photo.picture.treatment == "reencoded" else _QUALITY
    image_format = "WEBP" if "redfin_webp" in variations else "JPEG"
    return PhotoFile(photo.picture, best_size(width, options), image_format, quality)


def stems_of(mls: str, count: int, rng: SeededRandom, mixed: bool = False) -> list[str]:
    """File names in gallery order: the first has no index; `mixed` gives cover and rest different versions."""
    version = rng.pick(_VERSIONS)
    cover = rng.pick([other for other in _VERSIONS if other != version]) if mixed else version
    return [f"{mls}_{place}_{version}" if place else f"{mls}_{cover}" for place in range(count)]

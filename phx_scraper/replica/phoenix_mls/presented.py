"""What Phoenix MLS shows of one home: the choices that both its pages and the truth are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from phx_scraper.replica.cross_source import as_numbered, as_seen, fate_at, outcome_of, pinned, twist
from phx_scraper.replica.older_listings import older_listings
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.presented import ListedPhoto, best_size, list_photos
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import Dice

_QUALITY = 87
_ABSENT = frozenset({"phoenix_unlisted", "phoenix_near_misses"})


@dataclass(frozen=True, slots=True)
class SparkPhoto:
    """A photo of the MLS: its 26 digits, its caption, its original, and whether the original can be had."""

    spark_id: str
    caption: str
    file: PhotoFile
    has_original: bool = True


@dataclass(frozen=True, slots=True)
class MlsListing:
    """One listing of a home. `status` is the MLS's own word; `template` the version of the page it is shown with."""

    mls: str
    status: str
    listed: date
    price: int
    template: int
    photos: tuple[SparkPhoto, ...]
    claimed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One home at Phoenix MLS. `seen` is the home as its page states it; `way` is how it contradicts other sources."""

    world: World
    seen: World
    fate: str
    find: str
    hiccup: str
    marks: tuple[str, ...]
    way: str
    listing: MlsListing
    older: tuple[MlsListing, ...]

    @property
    def outcome(self) -> str:
        """How a perfect visit ends."""
        ending = "error" if self.way else outcome_of(self.fate)
        return "empty" if ending == "ok" and not self.listing.photos else ending

    @property
    def listings(self) -> tuple[MlsListing, ...]:
        """Today's listing, then the older ones."""
        return (self.listing, *self.older)

    def dice(self, *names: object) -> Dice:
        """Chance that belongs to this home at Phoenix MLS."""
        return Dice("phoenix_mls", self.world.text.lower(), *names)


_STATUSES = {"phoenix_closed": "Closed", "phoenix_pending": "UCB (Under Contract-Backups)"}


def show(text: str, options: Options) -> Shown:
    """The home at the address `text`; raises AddressError."""
    world = as_numbered("phoenix_mls", look_up(text, options.photos), options)
    dice = Dice("phoenix_mls", world.text.lower(), "kinds")
    fate = fate_at("phoenix_mls", world.text, options)
    ending = outcome_of(fate)
    marks = choose_some(("phoenix page",), dice.fork("page"), options)
    # Homes that end without a gallery have one number only: an older one's photos would not be the answer.
    has_older = "phoenix_older" in marks and ending in ("ok", "error")
    way = twist("phoenix_mls", world, options)
    return Shown(
        world=world,
        seen=as_seen("phoenix_mls", world, way, 0.0 if way else pinned("phoenix_mls", world, options)),
        fate=fate,
        find="" if fate in _ABSENT else choose_one("phoenix find", dice.fork("find"), options),
        hiccup=choose_one("phoenix hiccup", dice.fork("hiccup"), options) if ending in ("ok", "empty") else "",
        marks=marks,
        way=way,
        listing=_present(world, fate, () if ending == "empty" else marks, ending != "empty", options),
        older=_older(world, options) if has_older else (),
    )


def plain(text: str, options: Options) -> Shown:
    """The home at `text` as an ordinary listing, for pages that show it in place of another."""
    shown = show(text, options)
    listing = _present(shown.world, "", (), True, options)
    seen = as_seen("phoenix_mls", shown.world, "")
    return replace(shown, seen=seen, fate="", find="", hiccup="", marks=(), way="", listing=listing, older=())


def _present(world: World, fate: str, marks: tuple[str, ...], with_photos: bool, options: Options) -> MlsListing:
    dice = Dice("phoenix_mls", world.text.lower(), "listing")
    listed = list_photos(world, "phoenix_mls", options) if with_photos else ()
    width = dice.fork("width").pick((1920, 2048))
    photos = [_photo(world.mls, photo, width, world.listed, options) for photo in listed]
    if "phoenix_no_original" in marks and photos:
        place = dice.fork("no original").between(0, len(photos) - 1)
        photos[place] = replace(photos[place], has_original=False)
    template = dice.fork("template").pick((1, 2))
    more = dice.between(1, 4) if "phoenix_overclaim" in marks and photos and template == 1 else 0
    status = _STATUSES.get(fate, "Active")
    return MlsListing(world.mls, status, world.listed, world.price, template, tuple(photos), len(photos) + more)


def _older(world: World, options: Options) -> tuple[MlsListing, ...]:
    found = []
    for older in older_listings(world):
        shots = [ListedPhoto(Picture(shot.seed), shot.caption) for shot in older.shots]
        photos = tuple(_photo(older.mls, shot, 1024, older.listed, options) for shot in shots)
        template = Dice("phoenix_mls", older.mls, "template").pick((1, 2))
        found.append(MlsListing(older.mls, "Closed", older.listed, older.price, template, photos, len(photos)))
    return tuple(found)


def _photo(mls: str, photo: ListedPhoto, width: int, listed: date, options: Options) -> SparkPhoto:
    quality = 0 if photo.picture.treatment == "reencoded" else _QUALITY
    file = PhotoFile(photo.picture, best_size(width, options), quality=quality)
    return SparkPhoto(_spark_id(mls, photo.picture.seed, listed), photo.caption, file)


def _spark_id(mls: str, seed: str, listed: date) -> str:
    """26 digits that start with the time of the upload, a day before the listing began."""
    dice = Dice("spark", mls, seed)
    uploaded = datetime(listed.year, listed.month, listed.day) - timedelta(seconds=dice.between(1, 86_399))
    return f"{uploaded:%Y%m%d%H%M%S}{dice.between(0, 999_999):06}000000"

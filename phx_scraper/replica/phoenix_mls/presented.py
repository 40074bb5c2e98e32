"""One home as Phoenix MLS presents it; pages and truth are both built from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from phx_scraper.errors import UsageError
from phx_scraper.replica.changes import change_at, change_gallery, ending_after, new_picture, with_price
from phx_scraper.replica.cross_source import as_numbered, as_stated, contradiction_at, ending_at, outcome_of, pin_error
from phx_scraper.replica.older_listings import older_listings
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.presented import PresentedPhoto, best_size, present_photos
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import SeededRandom

_QUALITY = 87
_ABSENT = frozenset({"phoenix_unlisted", "phoenix_near_misses"})


@dataclass(frozen=True, slots=True)
class SparkPhoto:
    """A photo of the MLS: its 26 digits, its caption, its original, and whether the original is served."""

    spark_id: str
    caption: str
    file: PhotoFile
    has_original: bool = True


@dataclass(frozen=True, slots=True)
class MlsListing:
    """One listing of a home. `status` is the MLS's own word; `template` (1 or 2) the version of its page."""

    mls: str
    status: str
    listed: date
    price: int
    template: int
    photos: tuple[SparkPhoto, ...]
    claimed: int


@dataclass(frozen=True, slots=True)
class PresentedHome:
    """One home at Phoenix MLS. `stated` is the home as its page states it; `contradiction` as in `cross_source`."""

    home: Property
    stated: Property
    ending: str
    lookup: str
    transient: str
    variations: tuple[str, ...]
    contradiction: str
    listing: MlsListing
    older: tuple[MlsListing, ...]

    @property
    def outcome(self) -> str:
        """The outcome of a perfect visit."""
        outcome = "error" if self.contradiction else outcome_of(self.ending)
        return "empty" if outcome == "ok" and not self.listing.photos else outcome

    @property
    def listings(self) -> tuple[MlsListing, ...]:
        """The current listing, then the older ones."""
        return (self.listing, *self.older)

    def rng(self, *names: object) -> SeededRandom:
        """A random stream of this home at Phoenix MLS."""
        return SeededRandom("phoenix_mls", self.home.text.lower(), *names)


_STATUSES = {"phoenix_closed": "Closed", "phoenix_pending": "UCB (Under Contract-Backups)"}


def present(text: str, options: Options) -> PresentedHome:
    """The home at the address `text`; raises AddressError."""
    home = as_numbered("phoenix_mls", property_at(text, options.photos), options)
    change = change_at(options.changes, "phoenix_mls", home.text)
    home = with_price(home, change)
    rng = SeededRandom("phoenix_mls", home.text.lower(), "kinds")
    ending = ending_after(ending_at("phoenix_mls", home.text, options), "phoenix_mls", change)
    outcome = outcome_of(ending)
    variations = choose_some(("phoenix page",), rng.fork("page"), options)
    # Homes that end without a gallery have one number only: an older one's photos would not be the answer.
    has_older = "phoenix_older" in variations and outcome in ("ok", "error")
    contradiction = contradiction_at("phoenix_mls", home, options)
    return PresentedHome(
        home=home,
        stated=as_stated(
            "phoenix_mls", home, contradiction, 0.0 if contradiction else pin_error("phoenix_mls", home, options)
        ),
        ending=ending,
        lookup="" if ending in _ABSENT else choose_one("phoenix lookup", rng.fork("find"), options),
        transient=choose_one("phoenix transient", rng.fork("hiccup"), options) if outcome in ("ok", "empty") else "",
        variations=variations,
        contradiction=contradiction,
        listing=_current_listing(home, ending, () if outcome == "empty" else variations, outcome != "empty", options),
        older=_older_listings(home, options) if has_older else (),
    )


def present_ordinary(text: str, options: Options) -> PresentedHome:
    """The home at `text` as an ordinary listing, for pages that present it in place of another."""
    presented = present(text, options)
    listing = _current_listing(presented.home, "", (), True, options)
    stated = as_stated("phoenix_mls", presented.home, "")
    return replace(
        presented,
        stated=stated,
        ending="",
        lookup="",
        transient="",
        variations=(),
        contradiction="",
        listing=listing,
        older=(),
    )


def _current_listing(
    home: Property, ending: str, variations: tuple[str, ...], with_photos: bool, options: Options
) -> MlsListing:
    rng = SeededRandom("phoenix_mls", home.text.lower(), "listing")
    listed = present_photos(home, "phoenix_mls", options) if with_photos else ()
    width = rng.fork("width").pick((1920, 2048))
    photos = _changed(home, [_photo(home.mls, photo, width, home.listed, options) for photo in listed], width, options)
    if "phoenix_no_original" in variations and photos:
        place = rng.fork("no original").between(0, len(photos) - 1)
        photos[place] = replace(photos[place], has_original=False)
    template = rng.fork("template").pick((1, 2))
    overclaimed = rng.between(1, 4) if "phoenix_overclaim" in variations and photos and template == 1 else 0
    status = _STATUSES.get(ending, "Active")
    return MlsListing(home.mls, status, home.listed, home.price, template, tuple(photos), len(photos) + overclaimed)


def _changed(home: Property, photos: list[SparkPhoto], width: int, options: Options) -> list[SparkPhoto]:
    """The photos after a change. Raises UsageError for a changed one: its URL would be another one, too."""

    def redone(photo: SparkPhoto) -> SparkPhoto:
        raise UsageError("a photo of Phoenix MLS has an id of its own: let it be removed, and a new one come")

    def added(number: int) -> SparkPhoto:
        shown = PresentedPhoto(new_picture(home, "phoenix_mls", number), "")
        return _photo(home.mls, shown, width, home.listed, options)

    change = change_at(options.changes, "phoenix_mls", home.text)
    return list(change_gallery(photos, change, redone, added)) if photos else photos


def _older_listings(home: Property, options: Options) -> tuple[MlsListing, ...]:
    found = []
    for older in older_listings(home):
        shots = [PresentedPhoto(Picture(shot.seed), shot.caption) for shot in older.shots]
        photos = tuple(_photo(older.mls, shot, 1024, older.listed, options) for shot in shots)
        template = SeededRandom("phoenix_mls", older.mls, "template").pick((1, 2))
        found.append(MlsListing(older.mls, "Closed", older.listed, older.price, template, photos, len(photos)))
    return tuple(found)


def _photo(mls: str, photo: PresentedPhoto, width: int, listed: date, options: Options) -> SparkPhoto:
    quality = 0 if photo.picture.treatment == "reencoded" else _QUALITY
    file = PhotoFile(photo.picture, best_size(width, options), quality=quality)
    return SparkPhoto(_spark_id(mls, photo.picture.seed, listed), photo.caption, file)


def _spark_id(mls: str, seed: str, listed: date) -> str:
    """26 digits that start with the time of the upload, a day before the listing began."""
    rng = SeededRandom("spark", mls, seed)
    uploaded = datetime(listed.year, listed.month, listed.day) - timedelta(seconds=rng.between(1, 86_399))
    return f"{uploaded:%Y%m%d%H%M%S}{rng.between(0, 999_999):06}000000"

"""Photos on a home's page that are not of its listing: older listings, a second MLS, cards of other homes."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.older_listings import older_listings
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.presented import best_size
from phx_scraper.replica.redfin.presented import ARMLS, NamedPhoto, Shown, plain, stems_of

SECOND_SOURCE = 267
_CARDS = 5


def older_galleries(shown: Shown, options: Options) -> dict[str, tuple[NamedPhoto, ...]]:
    """MLS number of each older listing of the home -> its photos, none of which is in today's gallery."""
    if "redfin_older" not in shown.marks:
        return {}
    return {
        older.mls: tuple(
            NamedPhoto(ARMLS, stem, shot.caption, PhotoFile(Picture(shot.seed), best_size(1024, options)))
            for stem, shot in zip(
                stems_of(older.mls, len(older.shots), shown.dice("older", older.mls)), older.shots, strict=True
            )
        )
        for older in older_listings(shown.world)
    }


def second_gallery(shown: Shown) -> tuple[str, tuple[NamedPhoto, ...]]:
    """(number in a second MLS, the same pictures again under that number); ("", ()) on most homes."""
    if "redfin_second_mls" not in shown.marks or not shown.photos:
        return "", ()
    dice = shown.dice("second")
    number = str(dice.between(20_000_000, 29_999_999))
    stems = stems_of(number, len(shown.photos), dice)
    copies = (
        replace(photo, source_id=SECOND_SOURCE, stem=stem) for stem, photo in zip(stems, shown.photos, strict=True)
    )
    return number, tuple(copies)


def planted(shown: Shown, options: Options) -> tuple[int, NamedPhoto] | None:
    """(place in the gallery, photo of another MLS number), where the home has one."""
    if "redfin_foreign_photo" not in shown.marks or not shown.photos:
        return None
    dice = shown.dice("planted")
    other = plain(near_misses(shown.world.address, dice, 1)[0], options)
    if not other.photos or other.world.mls == shown.world.mls:
        return None
    return dice.between(1, len(shown.photos)), dice.pick(other.photos)


def cards(shown: Shown, options: Options) -> list[Shown]:
    """Other homes whose cards stand on the page."""
    return [plain(text, options) for text in near_misses(shown.world.address, shown.dice("cards"), _CARDS)]


def card_photos(other: Shown) -> list[NamedPhoto]:
    """The three photos of a card: first, second and last."""
    places = sorted({0, 1, len(other.photos) - 1} & set(range(len(other.photos))))
    return [other.photos[place] for place in places]


def every_photo(shown: Shown, options: Options) -> list[NamedPhoto]:
    """All photos that the home's page mentions, whosesoever they are."""
    found = [*shown.photos, *second_gallery(shown)[1]]
    for gallery in older_galleries(shown, options).values():
        found += gallery
    foreign = planted(shown, options)
    found += [foreign[1]] if foreign else []
    for other in cards(shown, options):
        found += card_photos(other)
    return found

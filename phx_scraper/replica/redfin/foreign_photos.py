"""Photos on a home's page that are not of its listing: older listings, a second MLS, cards of other homes."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.older_listings import older_listings
from phx_scraper.replica.options import Options
from phx_scraper.replica.photo_files import PhotoFile
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.presented import best_size
from phx_scraper.replica.redfin.presented import ARMLS, PresentedHome, RedfinPhoto, present_ordinary, stems_of

SECOND_SOURCE = 267
_CARDS = 5


def older_galleries(presented: PresentedHome, options: Options) -> dict[str, tuple[RedfinPhoto, ...]]:
    """MLS number of each older listing of the home -> its photos, none of which is in the current gallery."""
    if "redfin_older" not in presented.variations:
        return {}
    return {
        older.mls: tuple(
            RedfinPhoto(ARMLS, stem, shot.caption, PhotoFile(Picture(shot.seed), best_size(1024, options)))
            for stem, shot in zip(
                stems_of(older.mls, len(older.shots), presented.rng("older", older.mls)), older.shots, strict=True
            )
        )
        for older in older_listings(presented.home)
    }


def second_gallery(presented: PresentedHome) -> tuple[str, tuple[RedfinPhoto, ...]]:
    """(number in a second MLS, the same pictures again under that number); ("", ()) on most homes."""
    if "redfin_second_mls" not in presented.variations or not presented.photos:
        return "", ()
    rng = presented.rng("second")
    number = str(rng.between(20_000_000, 29_999_999))
    stems = stems_of(number, len(presented.photos), rng)
    copies = (
        replace(photo, source_id=SECOND_SOURCE, stem=stem) for stem, photo in zip(stems, presented.photos, strict=True)
    )
    return number, tuple(copies)


def foreign_photo(presented: PresentedHome, options: Options) -> tuple[int, RedfinPhoto] | None:
    """(index in the gallery, photo of another MLS number), None on most homes."""
    if "redfin_foreign_photo" not in presented.variations or not presented.photos:
        return None
    rng = presented.rng("planted")
    other = present_ordinary(near_misses(presented.home.address, rng, 1)[0], options)
    if not other.photos or other.home.mls == presented.home.mls:
        return None
    return rng.between(1, len(presented.photos)), rng.pick(other.photos)


def cards(presented: PresentedHome, options: Options) -> list[PresentedHome]:
    """Other homes whose cards are on the page."""
    return [
        present_ordinary(text, options) for text in near_misses(presented.home.address, presented.rng("cards"), _CARDS)
    ]


def card_photos(other: PresentedHome) -> list[RedfinPhoto]:
    """The three photos of a card: first, second and last."""
    places = sorted({0, 1, len(other.photos) - 1} & set(range(len(other.photos))))
    return [other.photos[place] for place in places]


def every_photo(presented: PresentedHome, options: Options) -> list[RedfinPhoto]:
    """All photos on the home's page, foreign ones included."""
    found = [*presented.photos, *second_gallery(presented)[1]]
    for gallery in older_galleries(presented, options).values():
        found += gallery
    foreign = foreign_photo(presented, options)
    found += [foreign[1]] if foreign else []
    for other in cards(presented, options):
        found += card_photos(other)
    return found

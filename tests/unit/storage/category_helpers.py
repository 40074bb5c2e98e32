"""Visits whose pages say something of their photos, and what the catalogue makes of it."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.model.photo import Photo
from phx_scraper.run.corrections import correct_picture, read_word
from phx_scraper.storage.catalogue import listings
from tests.catalogue_calls import open_galleries, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, listing
from tests.unit.storage.visit_helpers import HOME, lease

Said = tuple[Shown, str, tuple[str, ...]]
"""A photo with its caption and tags."""

FRONT, ROOM, POOL = Shown("a", "front", 800), Shown("b", "kitchen", 800), Shown("c", "pool", 800)


def visit_saying(begun: Collector, *said: Said, source: str = "zillow", day: str | None = None) -> None:
    """One whole visit; its listing is of `day`."""
    held = lease(begun, source, now=5e9)
    page = listing(source, [shown for shown, _, _ in said], listing_date=day)
    photos = [
        replace(photo, caption=caption, tags=tags) for photo, (_, caption, tags) in zip(page.photos, said, strict=True)
    ]
    for photo in write(begun.catalogue, listings.record, held, replace(page, photos=tuple(photos)), 2e9):
        begun.fetch(photo, HOME)
    begun.finish(held)


def photos_of(begun: Collector) -> dict[tuple[str, str], Photo]:
    with open_galleries(begun.catalogue, [HOME]) as galleries:
        return {(photo.source, photo.key): photo for gallery in galleries for photo in gallery.photos}


def shows(begun: Collector) -> dict[tuple[str, str], str]:
    """(source, key) of each photo -> `location/subject signal`, or its kind where it is no photo."""
    return {
        place: photo.kind
        if photo.kind != "photo"
        else f"{photo.category.location}/{photo.category.subject} {photo.category.signal}"
        for place, photo in photos_of(begun).items()
        if photo.category is not None
    }


def correct(begun: Collector, key: str, word: str, source: str = "zillow") -> None:
    photo = photos_of(begun)[source, key]
    write(begun.catalogue, correct_picture, HOME, photo, read_word(word), 6e9)

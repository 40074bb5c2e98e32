"""A person's word on what a picture shows: read, and kept for ever."""

from __future__ import annotations

from sqlalchemy import Connection

from phx_scraper.config.nearest import did_you_mean
from phx_scraper.errors import UsageError
from phx_scraper.model.category import KINDS, Category, Seen
from phx_scraper.model.photo import Photo
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS
from phx_scraper.run.home_categories import categorise_home
from phx_scraper.storage.catalogue import picture_corrections
from phx_scraper.storage.catalogue.picture_corrections import Correction

UNKNOWN = "unknown"
SURE = 100


def read_word(word: str) -> Seen:
    """A subject, a location (alone, or before its subject as in `int/kitchen`), a kind or `unknown`.

    Raises UsageError for anything else, with the nearest word that there is.
    """
    location, _, subject = word.strip().lower().replace("-", "_").replace(" ", "_").rpartition("/")
    if subject in LOCATIONS and not location:
        return Seen(Category(subject, UNKNOWN, SURE, "correction"))
    if subject in KINDS and not location:
        return Seen(Category("unk", UNKNOWN, SURE, "correction"), subject)
    if subject == UNKNOWN and location in ("", *LOCATIONS):
        return Seen(Category(location or "unk", UNKNOWN, SURE, "correction"))
    if subject not in SUBJECTS:
        hint = did_you_mean(subject, [*SUBJECTS, *LOCATIONS, *KINDS, UNKNOWN]) or f"known are {', '.join(SUBJECTS)}"
        raise UsageError(f"--set: {word!r} is nothing that a picture is said to show; {hint}")
    if location not in ("", SUBJECTS[subject]):
        raise UsageError(f"--set: {subject} is {SUBJECTS[subject]}/{subject} and not {location}/{subject}")
    return Seen(Category(SUBJECTS[subject], subject, SURE, "correction"))


def correct_picture(tx: Connection, property_hash: str, photo: Photo, word: Seen, now: float, model: str = "") -> None:
    """Keep a person's word on a photo that has a picture, and let its copies at the home say the same at once."""
    image = photo.image
    assert image is not None  # who names a picture has seen it
    said = Correction(photo.source, photo.key, image.raw_sha256, image.phash, word, now)
    picture_corrections.add(tx, property_hash, said)
    categorise_home(tx, property_hash, model)

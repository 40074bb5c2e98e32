"""Names of pictures in `categorised/`: what a picture shows, readable, and read back without loss."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import UnsafePath
from phx_scraper.model.subjects import LOCATIONS, SUBJECTS

FOLDER = "categorised"
UNKNOWN = "unknown"

# Subjects contain `_`, so the closed vocabulary is what tells the parts of a name; the longest one is tried first.
_SUBJECT = "|".join(sorted((*SUBJECTS, UNKNOWN), key=len, reverse=True))
_NAME = re.compile(
    rf"(?P<property_hash>[0-9a-f]{{8,64}})_(?P<location>{'|'.join(LOCATIONS)})_(?P<subject>{_SUBJECT})"
    r"_(?P<confidence>0[0-9]|[1-9][0-9]|100)_(?P<letter>[a-z])_(?P<day>\d{8})(?:_(?P<number>\d{2,}))?"
    r"\.(?P<extension>[a-z0-9]{1,5})"
)


@dataclass(frozen=True, slots=True)
class CategorisedName:
    """`{property_hash}_{location}_{subject}_{confidence}_{letter}_{YYYYMMDD}[_NN].{extension}`.

    `letter` is the source's, `day` that of its listing (YYYYMMDD). `number` counts pictures that are alike in all of
    this, from 1, which is not written.
    """

    property_hash: str
    location: str
    subject: str
    confidence: int
    letter: str
    day: str
    number: int = 1
    extension: str = "png"

    def __str__(self) -> str:
        """The file's name. Raises UnsafePath for one that `parse` would not read."""
        parts = (self.property_hash, self.location, self.subject, f"{self.confidence:02d}", self.letter, self.day)
        number = f"_{self.number:02d}" if self.number > 1 else ""
        name = f"{'_'.join(parts)}{number}.{self.extension}"
        if parse(name) != self:
            raise UnsafePath(f"{name[:120]!r} is no name of a categorised picture.")
        return name

    @property
    def path(self) -> str:
        """`categorised/{location}/{subject}/{name}`."""
        return f"{FOLDER}/{self.location}/{self.subject}/{self}"


def parse(name: str) -> CategorisedName | None:
    """What a file's name says; None for a name of another form, such as one that a person gave."""
    found = _NAME.fullmatch(name)
    if found is None or not _belongs(found["location"], found["subject"]) or found["number"] in {"00", "01"}:
        return None
    texts = (found["property_hash"], found["location"], found["subject"])
    of_listing = (found["letter"], found["day"])
    number, extension = int(found["number"] or 1), found["extension"]
    return CategorisedName(*texts, int(found["confidence"]), *of_listing, number, extension)


def folders() -> list[str]:
    """Every folder that may hold such files."""
    known = [f"{FOLDER}/{location}/{subject}" for subject, location in SUBJECTS.items()]
    return [*known, *(f"{FOLDER}/{location}/{UNKNOWN}" for location in LOCATIONS)]


def _belongs(location: str, subject: str) -> bool:
    return subject == UNKNOWN or SUBJECTS[subject] == location

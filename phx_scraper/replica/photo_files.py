"""Photo files whose names do not determine the picture: the picture of each name that a page has listed.

`photo_responses.py` serves them.
"""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.pictures import Picture, Size


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """The best file of a photo: its picture, size and format (JPEG or WEBP), and the encoder's quality."""

    picture: Picture
    size: Size
    image_format: str = "JPEG"
    quality: int = 0

    @property
    def description(self) -> str:
        """Text that determines the file's bytes, unique among files."""
        words = (self.picture.key, self.size.width, self.size.height or 0, self.image_format, self.quality)
        return " ".join(map(str, words))


def register(files: NameRegistry, name: str, file: PhotoFile) -> None:
    """Record that the photo `name` is `file`."""
    files.record(name, file.description)


def registered(files: NameRegistry, name: str) -> PhotoFile | None:
    """The photo called `name`, None where no page of this server has listed it."""
    known = files.get(name)
    if known is None:
        return None
    key, width, height, image_format, quality = known.split(" ")
    picture = Picture.from_key(key)
    return PhotoFile(picture, Size(int(width), int(height) or None), image_format, int(quality)) if picture else None

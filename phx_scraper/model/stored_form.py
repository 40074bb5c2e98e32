"""The form that settings give to stored pictures: file format, longest side, quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from phx_scraper.model.image import Image

ImageFormat = Literal["PNG", "JPEG"]


@dataclass(frozen=True, slots=True)
class StoredForm:
    """`max_dimension` is in pixels; `jpeg_quality`, on libjpeg's scale of 1 to 95, is None for PNG.

    As a text, `PNG 1024` or `JPEG 1024 85`, it is what the catalogue keeps of how an image was made.
    """

    image_format: ImageFormat
    max_dimension: int
    jpeg_quality: int | None = None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.image_format, self.max_dimension, self.jpeg_quality) if part)

    @classmethod
    def of(cls, made_as: str) -> StoredForm:
        """The form that such a text names. Raises ValueError."""
        name, dimension, *quality = made_as.split()
        if name not in {"PNG", "JPEG"}:
            raise ValueError(f"{made_as!r} is no form of a picture")
        return cls("PNG" if name == "PNG" else "JPEG", int(dimension), int(quality[0]) if quality else None)

    @property
    def extension(self) -> str:
        """The file name's extension, `png` or `jpg`."""
        return "png" if self.image_format == "PNG" else "jpg"

    @property
    def words(self) -> str:
        """For people: `JPEG of quality 85, at most 1024 pixels a side`."""
        quality = f" of quality {self.jpeg_quality}," if self.jpeg_quality else " of"
        return f"{self.image_format}{quality} at most {self.max_dimension} pixels a side"

    def longest(self, image: Image) -> int:
        """The longest side, in pixels, that a picture gets in this form: none is enlarged."""
        return min(self.max_dimension, max(image.original_width, image.original_height))

    def fits(self, image: Image) -> bool:
        """Whether the image is as this form makes it; one of another form may be so too, where neither shrinks it."""
        if image.made_as == str(self):
            return True
        is_quality_known = self.image_format == "PNG" or image.made_as.endswith(f" {self.jpeg_quality}")
        is_format = image.path.endswith(f".{self.extension}") and is_quality_known
        return is_format and max(image.width, image.height) == self.longest(image)

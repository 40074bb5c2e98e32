"""The options of `process`: limits of a download and form of the stored picture."""

from __future__ import annotations

from dataclasses import dataclass

from phx_scraper.errors import UsageError
from phx_scraper.model.stored_form import ImageFormat, StoredForm


@dataclass(frozen=True)
class Options:
    """Limits and output form of `process`; an unusable value raises UsageError.

    Sizes are in pixels of the upright picture, `max_bytes` in bytes, `jpeg_quality` on libjpeg's scale of 1 to 95.
    `square`: whether the small square that a model looks at is made, too.
    """

    max_dimension: int = 1024
    image_format: ImageFormat = "PNG"
    jpeg_quality: int = 85
    min_width: int = 200
    min_height: int = 200
    max_pixels: int = 60_000_000
    max_bytes: int = 50 * 2**20
    square: bool = False

    def __post_init__(self) -> None:
        if self.image_format not in ("PNG", "JPEG"):
            raise UsageError(f"image_format must be PNG or JPEG, not {self.image_format!r}")
        if not 1 <= self.jpeg_quality <= 95:
            raise UsageError(f"jpeg_quality must lie in 1..95, not {self.jpeg_quality!r}")
        for name in ("max_dimension", "max_pixels", "max_bytes"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, not {getattr(self, name)!r}")

    @property
    def form(self) -> StoredForm:
        """The form that pictures get."""
        return StoredForm(
            self.image_format, self.max_dimension, self.jpeg_quality if self.image_format == "JPEG" else None
        )


DEFAULT = Options()

"""The attributes of a picture that the duplicate rules use, and the total order of copies, best first."""

from __future__ import annotations

from typing import Protocol

from phx_scraper.model.format_ranks import format_rank

_LAST_SOURCE = 1_000

BestFirst = tuple[int, int, int, int, str, int, str, str]


class ComparableImage(Protocol):
    """A picture, as a `ProcessedImage` or a catalogue row.

    Optional attributes, taken when present: `source_priority` (int, lower is better), `raw_bytes` (length of the
    download, in bytes), `content_hash`, `kind` ("sketch" marks a drawing, which only equal bytes make a copy), and the
    place: `position` (in the gallery), `source` and `key`.
    """

    @property
    def raw_sha256(self) -> str:
        """64 hex digits: of the downloaded bytes."""

    @property
    def phash(self) -> str:
        """16 hex digits, as imagehash prints them."""

    @property
    def dhash(self) -> str:
        """16 hex digits, as imagehash prints them."""

    @property
    def original_width(self) -> int:
        """Pixels of the upright download."""

    @property
    def original_height(self) -> int:
        """Pixels of the upright download."""

    @property
    def original_format(self) -> str:
        """JPEG, PNG, WEBP, GIF, BMP, TIFF or AVIF."""

    @property
    def signature(self) -> bytes:
        """The bytes that the verified rule compares; may be empty."""

    @property
    def flat(self) -> bool:
        """True when there is too little structure for hashes."""


def best_first(image: ComparableImage) -> BestFirst:
    """Sort key, best copy first: most original pixels, least processed, best source, hash of the bytes, then place.

    "Least processed" is the format's rank and then, within a rank, the larger file: at equal size and format more
    bytes mean less compression. Of equal bytes at two places of a gallery the earlier place is kept.
    """
    return (
        -image.original_width * image.original_height,
        format_rank(image.original_format),
        -int(getattr(image, "raw_bytes", None) or 0),
        int(_value(image, "source_priority", _LAST_SOURCE)),
        image.raw_sha256,
        int(_value(image, "position", 0)),
        str(_value(image, "source", "")),
        str(_value(image, "key", "")),
    )


def is_drawing(image: ComparableImage) -> bool:
    """True for a sketch or plan: drawings are similar without being copies."""
    return _value(image, "kind", "") == "sketch"


def same_bytes(first: ComparableImage, second: ComparableImage) -> bool:
    """True when both downloads, or both stored pictures, are equal byte for byte."""
    if first.raw_sha256 == second.raw_sha256:
        return True
    content = _value(first, "content_hash", "")
    return bool(content) and content == _value(second, "content_hash", "")


def _value(image: ComparableImage, name: str, default: int | str) -> int | str:
    value: int | str | None = getattr(image, name, None)
    return default if value is None else value

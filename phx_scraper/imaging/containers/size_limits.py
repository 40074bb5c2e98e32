"""The two limits on a picture's size, checked in its header before anything is decompressed."""

from __future__ import annotations

from phx_scraper.errors import BadPhoto


def require_pixels(size: tuple[int, int], max_pixels: int) -> None:
    """Raise BadPhoto(`too_many_pixels`) for a picture of more than `max_pixels`."""
    width, height = size
    if width * height > max_pixels:
        raise BadPhoto("too_many_pixels", f"{width}x{height}")


def require_minimum(size: tuple[int, int], min_width: int, min_height: int) -> None:
    """Raise BadPhoto(`too_small`) for an upright picture below the minimum in either direction."""
    width, height = size
    if width < min_width or height < min_height:
        raise BadPhoto("too_small", f"{width}x{height}")

"""The header of a BMP file: the file must be as long as it says."""

from __future__ import annotations

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import Container


def open_bmp(data: bytes) -> Container:
    """Check BITMAPFILEHEADER's length (some writers leave it 0); raises BadPhoto(`truncated`)."""
    if int.from_bytes(data[2:6], "little") > len(data):
        raise BadPhoto("truncated", "shorter than its header says")
    return Container(data)

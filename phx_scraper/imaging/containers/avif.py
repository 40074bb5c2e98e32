"""The boxes of an AVIF file (ISO/IEC 14496-12, section 4.2): each must have its full length."""

from __future__ import annotations

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import MAX_PARTS, Container


def open_avif(data: bytes) -> Container:
    """Walk an AVIF file's outer boxes; raises BadPhoto: `truncated`, `decode_error`."""
    position = 0
    for _ in range(MAX_PARTS):
        if position == len(data):
            return Container(data)
        size = _box_bytes(data, position)
        if position + size > len(data):
            raise BadPhoto("truncated", "a box is cut")
        position += size
    raise BadPhoto("decode_error", "too many boxes")


def _box_bytes(data: bytes, position: int) -> int:
    """Length of a box with its header; 0 in the file means "to the end", 1 a 64-bit length behind the name."""
    size, header = int.from_bytes(data[position : position + 4], "big"), 8
    if size == 0:
        return len(data) - position
    if size == 1:
        size, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
    if size < header:
        raise BadPhoto("decode_error", "a box shorter than its header")
    return size

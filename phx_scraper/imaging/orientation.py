"""The EXIF orientation of a picture."""

from __future__ import annotations

from typing import Literal

_ORIENTATION_TAG = 274
_BYTE_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}


def orientation(exif: bytes) -> int:
    """EXIF orientation 1..8 (CIPA DC-008, tag 274 of the first directory), else 1; browsers use no other tag.

    Read here, because Pillow's reader parses the whole block and warns about each damaged entry.
    """
    found = _first_directory_value(exif.removeprefix(b"Exif\0\0"))
    return found if found is not None and 1 <= found <= 8 else 1


def _first_directory_value(tiff: bytes) -> int | None:
    order = _BYTE_ORDERS.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for position in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        if int.from_bytes(tiff[position : position + 2], order) == _ORIENTATION_TAG:
            # One SHORT, left-aligned in the value field.
            return int.from_bytes(tiff[position + 8 : position + 10], order)
    return None

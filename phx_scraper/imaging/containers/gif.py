"""The blocks of a GIF file (GIF89a, appendix A): checked to the trailer, frames counted.

Only the first frame is used, so other bytes, or none, in place of the trailer behind a whole frame are accepted.
"""

from __future__ import annotations

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import (
    MAX_FRAMES,
    MAX_PARTS,
    Container,
    refuse_appended_file,
    refuse_more_than,
)

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def open_gif(data: bytes) -> Container:
    """Walk a GIF file; raises BadPhoto: `truncated`, `not_image` (polyglot), `decode_error`."""
    position = 13 + _table_bytes(_byte(data, 10))
    frames = parts = 0
    while (kind := _kind(data, position, frames)) != _TRAILER:
        if kind == _IMAGE:
            frames += 1
            refuse_more_than(frames, MAX_FRAMES, "frames")
            position += 11 + _table_bytes(_byte(data, position + 9))
        elif kind == _EXTENSION:
            position += 2
        else:
            raise BadPhoto("decode_error", f"unknown GIF block {kind:#04x}")
        position, passed = _skip_sub_blocks(data, position)
        parts += passed
        refuse_more_than(parts, MAX_PARTS, "blocks")
    refuse_appended_file(data, position + 1)
    return Container(data[:position] + bytes((_TRAILER,)))


def _kind(data: bytes, position: int, frames: int) -> int:
    """The next block's kind; the trailer where a frame is complete and no block follows it."""
    kind = data[position] if position < len(data) else None
    if frames and kind not in (_IMAGE, _EXTENSION):
        return _TRAILER
    return _byte(data, position)


def _skip_sub_blocks(data: bytes, position: int) -> tuple[int, int]:
    """(position behind the block terminator, number of sub-blocks passed)."""
    passed = 1
    while size := _byte(data, position):
        position += 1 + size
        passed += 1
        refuse_more_than(passed, MAX_PARTS, "blocks")
    return position + 1, passed


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise BadPhoto("truncated", "no trailer")
    return data[position]

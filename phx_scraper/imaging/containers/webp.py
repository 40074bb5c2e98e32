"""The chunks of a WebP file (RFC 9649): as long as its RIFF length, its canvas measured before it is allocated."""

from __future__ import annotations

from collections.abc import Iterator

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import (
    MAX_FRAMES,
    MAX_PARTS,
    Container,
    refuse_appended_file,
    refuse_more_than,
    require_pixels,
)

_HEADER_BYTES = 12


def open_webp(data: bytes, max_pixels: int) -> Container:
    """Walk a WebP file; raises BadPhoto: `truncated`, `too_many_pixels`, `not_image`, `decode_error`.

    libwebp's animation reader allocates two canvases when it opens a file, so the size is checked here.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise BadPhoto("truncated", "shorter than its RIFF length")
    frames = 0
    for name, start, _ in _chunks(data, end):
        frames += name == b"ANMF"
        refuse_more_than(frames, MAX_FRAMES, "frames")
        size = _SIZES[name](data[start : start + 10]) if name in _SIZES else (0, 0)
        require_pixels(size, max_pixels)
    refuse_appended_file(data, end)
    return Container(data[:end])


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start and end of the body) of each chunk; bodies are padded to an even length."""
    position = _HEADER_BYTES
    for _ in range(MAX_PARTS):
        if position + 8 > end:
            return
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        start = position + 8
        if start + size > end:
            raise BadPhoto("truncated", "a chunk is cut")
        yield data[position : position + 4], start, start + size
        position = start + size + size % 2
    raise BadPhoto("decode_error", "too many chunks")


def _extended(body: bytes) -> tuple[int, int]:
    return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")


def _lossy(body: bytes) -> tuple[int, int]:
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _lossless(body: bytes) -> tuple[int, int]:
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


_SIZES = {b"VP8X": _extended, b"VP8 ": _lossy, b"VP8L": _lossless}

"""The chunks of a PNG file (W3C PNG, section 5): checked to IEND; decompression bombs are refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.container import (
    MAX_FRAMES,
    MAX_PARTS,
    MAX_PROFILE_BYTES,
    MAX_TEXT_BYTES,
    Container,
    refuse_appended_file,
    refuse_more_than,
)

_SIGNATURE_BYTES = 8
_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PLAIN = frozenset({b"eXIf", b"gAMA", b"sRGB", b"cICP"})


def open_png(data: bytes) -> Container:
    """Walk a PNG file, keeping its first picture; raises BadPhoto: `truncated`, `too_large`, `not_image`, …"""
    kept: list[bytes] = [data[:_SIGNATURE_BYTES]]
    noted: dict[bytes, bytes] = {}
    frames = 0
    end = _SIGNATURE_BYTES
    for name, start, end in _chunks(data):
        if name in _NEEDED:
            kept.append(data[start - 8 : end])
        else:
            frames += name == b"fcTL"
            refuse_more_than(frames, MAX_FRAMES, "frames")
            noted.update(_ancillary(name, data[start : end - 4]))
    refuse_appended_file(data, end)
    return Container(b"".join(kept), exif=noted.get(b"eXIf", b""), profile=noted.get(b"iCCP", b""), gamma=_gamma(noted))


def _gamma(noted: Mapping[bytes, bytes]) -> float:
    """The samples' gamma; a colour profile and `sRGB` have precedence (PNG, 11.3.2)."""
    body = noted.get(b"gAMA", b"")
    if len(body) != 4 or noted.keys() & {b"iCCP", b"sRGB", b"cICP"}:
        return 0.0
    return int.from_bytes(body, "big") / 100_000


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of the body, end of the checksum) of each chunk up to IEND."""
    position = _SIGNATURE_BYTES
    for _ in range(MAX_PARTS):
        start = position + 8
        end = start + int.from_bytes(data[position : position + 4], "big") + 4
        if start > len(data) or end > len(data):
            raise BadPhoto("truncated", "no IEND chunk")
        name = data[position + 4 : start]
        yield name, start, end
        if name == b"IEND":
            return
        position = end
    raise BadPhoto("decode_error", "too many chunks")


def _ancillary(name: bytes, body: bytes) -> dict[bytes, bytes]:
    """The metadata of a chunk that is used; compressed chunks are decompressed only up to the limit."""
    if name in _PLAIN:
        return {name: body}
    if name == b"iCCP":
        return {name: _inflate(body.partition(b"\0")[2][1:], MAX_PROFILE_BYTES)}
    if name == b"zTXt":
        _inflate(body.partition(b"\0")[2][1:], MAX_TEXT_BYTES)
    if name == b"iTXt":
        _check_text(body)
    return {}


def _check_text(body: bytes) -> None:
    """Checks a compressed text against the limit; the text itself is not used."""
    _, _, rest = body.partition(b"\0")
    if rest[:1] == b"\1":
        _inflate(rest[2:].split(b"\0", 2)[-1], MAX_TEXT_BYTES)


def _inflate(packed: bytes, limit: int) -> bytes:
    """The decompressed bytes, empty if damaged; raises BadPhoto(`too_large`) for a decompression bomb."""
    try:
        unpacked = zlib.decompressobj().decompress(packed, limit + 1)
    except zlib.error:
        return b""
    if len(unpacked) > limit:
        raise BadPhoto("too_large", f"a compressed chunk opens beyond {limit} bytes")
    return unpacked

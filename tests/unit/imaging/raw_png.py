"""PNG files that Pillow cannot write: 16-bit colour, interlaced, hostile chunks."""

from __future__ import annotations

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def header(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def rows(samples: np.ndarray) -> bytes:
    """Unfiltered rows of an array whose samples are stored big-endian."""
    return b"".join(b"\0" + np.ascontiguousarray(row).astype(row.dtype.newbyteorder(">")).tobytes() for row in samples)


def assembled(head: bytes, body: bytes, *extra: bytes) -> bytes:
    return b"".join((SIGNATURE, head, *extra, chunk(b"IDAT", zlib.compress(body)), chunk(b"IEND", b"")))


def sixteen_bit_rgb(samples: np.ndarray) -> bytes:
    height, width, _ = samples.shape
    return assembled(header(width, height, depth=16), rows(samples))


def interlaced_rgb(samples: np.ndarray) -> bytes:
    height, width, _ = samples.shape
    passes = (samples[top::down, left::across] for left, top, across, down in _ADAM7)
    return assembled(header(width, height, interlace=1), b"".join(rows(part) for part in passes if part.size))


def bomb(width: int, height: int) -> bytes:
    """A valid one-bit picture of that many pixels in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = header(width, height, depth=1, colour=0)
    return b"".join((SIGNATURE, head, chunk(b"IDAT", body), chunk(b"IEND", b"")))

"""The lines of a stream, however long they are."""

from __future__ import annotations

from asyncio import StreamReader
from collections.abc import AsyncIterator

LONGEST = 2**20
"""Bytes of a line that is read; of a longer one nothing is."""
_PIECE = 2**16


async def lines_of(stream: StreamReader) -> AsyncIterator[bytes]:
    """Each line, without its end, to the end of the stream. (`StreamReader.readline` raises at a long one.)"""
    begun = b""
    while piece := await stream.read(_PIECE):
        *whole, rest = (begun + piece).split(b"\n")
        for line in whole:
            if len(line) <= LONGEST:
                yield line
        # One byte more than is read tells that it is too long, and bounds what is kept of it.
        begun = rest[: LONGEST + 1]
    if begun and len(begun) <= LONGEST:
        yield begun

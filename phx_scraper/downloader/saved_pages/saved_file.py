"""The bytes of one file below the folder, read piece by piece; unpacked first where it is gzip."""

from __future__ import annotations

import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from phx_scraper.downloader.saved_pages.file_kinds import is_text
from phx_scraper.errors import PhxError

PIECE = 2**20
MAX_UNPACKED = 512 * 2**20
"""Bytes that a gzip file may have unpacked; a HAR of a long session has tens of megabytes."""

_GZIP = b"\x1f\x8b"
_MOST_MEMBERS = 10_000
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unusable(PhxError):
    """A saved file that cannot be used; the text is one sentence for people."""


class SavedFile:
    """Bytes by their place. Close it, or use it with `with`."""

    def __init__(self, handle: int, modified: datetime, *, packed: bool = False) -> None:
        self._handle = handle
        self.size = os.fstat(handle).st_size
        self.modified = modified
        self.packed = packed

    def __enter__(self) -> SavedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._handle)

    def read(self, start: int, length: int) -> bytes:
        """At most `length` bytes from `start`; fewer only at the end."""
        found = os.pread(self._handle, length, start)
        if len(found) == length or not found:
            return found
        pieces = [found]
        while found and (have := sum(map(len, pieces))) < length:
            found = os.pread(self._handle, length - have, start + have)
            pieces.append(found)
        return b"".join(pieces)

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """(place, bytes) of every piece in turn."""
        start = 0
        while piece := self.read(start, PIECE):
            yield start, piece
            start += len(piece)


def open_saved(root: Path, name: str) -> SavedFile:
    """The regular file `name` below `root`, which no link leads out of. Raises Unusable or OSError."""
    path = root / name
    if Path(os.path.realpath(path)) != path:
        raise Unusable("It is a link, and links are not followed.")
    handle = os.open(path, _OPEN)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Unusable("It is no regular file.")
        modified = _moment(about.st_mtime)
        if os.pread(handle, 2, 0) != _GZIP:
            return SavedFile(handle, modified)
        unpacked = _unpacked(handle)
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return SavedFile(unpacked, modified, packed=True)


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _unpacked(handle: int) -> int:
    """A handle of a nameless temporary file with the unpacked content."""
    with tempfile.TemporaryFile() as target:
        size = 0
        for piece in _unpacked_pieces(handle):
            if size == 0 and not is_text(piece):
                raise Unusable("It is gzip of something that is no page.")
            size += len(piece)
            if size > MAX_UNPACKED:
                raise Unusable(f"It is gzip of more than {MAX_UNPACKED // 2**20} MB.")
            target.write(piece)
        target.flush()
        return os.dup(target.fileno())


def _unpacked_pieces(handle: int) -> Iterator[bytes]:
    """The content; packers that work in blocks write one gzip after another. Raises Unusable."""
    unpacker, place, members = zlib.decompressobj(_GZIP_FORMAT), 0, 0
    try:
        while packed := os.pread(handle, PIECE, place):
            place += len(packed)
            while packed:
                piece = unpacker.decompress(packed, PIECE)
                if piece:
                    yield piece
                packed = unpacker.unconsumed_tail
            if unpacker.eof:
                place, members = place - len(unpacker.unused_data), members + 1
                if os.pread(handle, 2, place) != _GZIP or members >= _MOST_MEMBERS:
                    return
                unpacker = zlib.decompressobj(_GZIP_FORMAT)
    except zlib.error:
        raise Unusable("It is gzip that is damaged.") from None
    raise Unusable("It is gzip that is cut off.")

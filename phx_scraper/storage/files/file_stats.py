"""Read-only queries about one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from phx_scraper.errors import StorageError

_CHUNK = 1 << 20
ABSENT = (FileNotFoundError, NotADirectoryError)
"""Nothing has that name; NotADirectoryError where a folder above it is a file."""


def size_of(path: Path) -> int | None:
    """Bytes of a file, None where there is none. Raises StorageError for a folder, OSError."""
    try:
        status = path.stat()
    except ABSENT:
        return None
    if path.is_dir():
        raise StorageError(f"{path} is a folder where a file should be: move it away.")
    return status.st_size


def has_bytes(path: Path, data: bytes) -> bool:
    """Whether a file has exactly these bytes; False where it cannot be read."""
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def is_same_file(origin: Path, place: Path) -> bool:
    """Whether two names are of the same file; False where one of them is gone. Raises OSError."""
    try:
        return origin.samefile(place)
    except ABSENT:
        return False


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file's bytes, a megabyte at a time. Raises OSError."""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def sha256(data: bytes) -> str:
    """SHA-256 of bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits. Raises OSError."""
    digest = hashlib.sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()

"""What a store of files can do, wherever it keeps them: a folder of this machine, or elsewhere.

Nobody but a store knows where a file lies: it is named by its path of `storage.files.paths`, and read, told about and
written by these methods alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple


class FileFacts(NamedTuple):
    """Bytes of a file; nanoseconds since 1970 of its last writing, and of its last change of any kind, as of its name.

    `is_writable` where anybody may write to it.
    """

    size: int
    modified_ns: int
    changed_ns: int
    is_writable: bool = False


class Entry(NamedTuple):
    """A name in a store: its path there, and whether it is a link, which nobody follows."""

    path: str
    is_link: bool = False


class Written(IntEnum):
    """What a write did: nothing where the file is there; it made it; it put it in the place of other bytes."""

    THERE, NEW, REPLACED = 0, 1, 2


class FileStore(ABC):
    """Files with paths of `storage.files.paths`; safe for several threads and processes.

    Every method raises UnsafePath for a path outside the store, DiskFull where no space is left, StorageError for any
    other trouble.
    """

    place: str
    """What people know the store by: the folder, or its URL."""
    has_views: bool = True
    """Whether what people open is kept in it too: folders of homes, pictures by subject, the report, JSON files."""

    @property
    @abstractmethod
    def written(self) -> int:
        """Bytes that this process has written, roughly."""

    @abstractmethod
    def place_of(self, path: str) -> str:
        """What people open a file by, present or not: its full path, or its URL."""

    @abstractmethod
    def path_of(self, place: Path) -> str | None:
        """The path in the store of a file of this machine; None if it lies elsewhere."""

    @abstractmethod
    def without_sync(self) -> FileStore:
        """The same store, for files that can be made again: a power failure may lose or empty one."""

    def for_many(self) -> FileStore:
        """The same store, for looks at very many files: what it found once it may tell again."""
        return self

    @abstractmethod
    def free_bytes(self) -> int | None:
        """Bytes that can still be written; None where there is no such bound."""

    @abstractmethod
    def size(self) -> int:
        """Bytes of all files; a file with several names counts once."""

    @abstractmethod
    def find(self, path: str) -> FileFacts | None:
        """What is known of a regular file without reading it; None where there is none."""

    @abstractmethod
    def look(self, path: str) -> FileFacts | None:
        """The same at the least cost, for files of ours that are looked at by the thousand: it takes anything there."""

    def exists(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self.find(path) is not None

    def is_free(self, path: str) -> bool:
        """Whether nothing has that name, no folder either."""
        return self.find(path) is None

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """Sorted names of a folder's entries; empty if there is no such folder."""

    @abstractmethod
    def walk(self, folder: str) -> Iterator[Entry]:
        """All files below a folder, and all links."""

    def leftovers(self) -> Iterator[str]:
        """Paths of temporary files whose writer is dead; opening the store removes them."""
        return iter(())

    @abstractmethod
    def read(self, path: str) -> bytes:
        """The bytes of a file."""

    @abstractmethod
    def end_of(self, path: str, most: int) -> bytes:
        """The last bytes of a file, `most` at most."""

    @abstractmethod
    def digest(self, path: str) -> str:
        """SHA-256 of a file's bytes, 64 hex digits."""

    @abstractmethod
    def write(self, path: str, data: bytes, *, compare: bool = False) -> Written:
        """Write a file named by its content's hash, unless one of that size, or with `compare` the same, is there."""

    @abstractmethod
    def replace(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write or replace a file atomically; readers see the old or the new one."""

    @abstractmethod
    def remove(self, path: str) -> bool:
        """Remove a file; False if it was gone already."""

    def discard(self, path: str) -> bool:
        """Remove a file at the least cost; True also where it is not known whether it was there."""
        return self.remove(path)

    @abstractmethod
    def remove_folder(self, path: str) -> bool:
        """Remove a folder if it is empty; False if it is gone or holds something."""

    @abstractmethod
    def move(self, source: str, target: str) -> None:
        """Rename a file, replacing any file of that name."""

    @abstractmethod
    def link(self, source: str, target: str) -> bool:
        """Give a file a second name, or a copy where it can have none; False if it has that name already."""

    @abstractmethod
    def is_same(self, one: str, other: str) -> bool:
        """Whether two paths are names of the same file."""

    def sync_folder(self, folder: str) -> None:
        """Flush the names in a folder to disk, so that a row may say that they are there."""
        _ = folder

    def protect(self, path: str, found: FileFacts) -> None:
        """Make a file read-only that was `found` to be writable, if possible."""
        _ = path, found

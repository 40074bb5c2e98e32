"""A store that is a folder of this machine.

Pictures and originals are read-only: `homes/` has hard links to them, and a change to one there would change the store.
Removing, renaming and linking need the folder's permission, not the file's.
"""

from __future__ import annotations

import contextlib
import copy
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.atomic_folder import AtomicFolder
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.file_stats import ABSENT, chunks_of, digest_of, has_bytes, is_same_file, size_of
from phx_scraper.storage.files.store import Entry, FileFacts, FileStore, Written
from phx_scraper.storage.files.store_size import store_bytes

_READ_ONLY, _USUAL, _WRITABLE = 0o444, 0o666, 0o222


class FolderStore(AtomicFolder, FileStore):
    """Files under `root`; `changes=False` prepares nothing, for folders that are only read."""

    def __init__(self, root: Path | str, fsync: bool = True, disk: Disk | None = None, *, changes: bool = True) -> None:
        super().__init__(root, fsync, disk)
        self.place = str(self.root)
        if changes:
            self._prepare()

    @property
    def written(self) -> int:
        return self.disk.written

    def place_of(self, path: str) -> str:
        return str(self.path(path))

    def path_of(self, place: Path) -> str | None:
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else None

    def without_sync(self) -> FolderStore:
        other = copy.copy(self)
        other._fsync_wanted = False
        return other

    def path(self, path: str) -> Path:
        """The file of `path` on this machine, present or not."""
        return paths.inside(self.root, path)

    def free_bytes(self) -> int | None:
        with reported("look at the free space of", self.root):
            return shutil.disk_usage(self.root).free

    def size(self) -> int:
        return store_bytes(self.root)

    def find(self, path: str) -> FileFacts | None:
        target = self.path(path)
        with reported("look at", target), contextlib.suppress(*ABSENT):
            found = target.stat()
            return _facts(found) if stat.S_ISREG(found.st_mode) else None
        return None

    def look(self, path: str) -> FileFacts | None:
        # By its plain name, which is ten times faster: it is the writing that looks for links first.
        try:
            return _facts(os.lstat(f"{self.place}/{path}"))
        except OSError:
            return None

    def exists(self, path: str) -> bool:
        return self.path(path).is_file()

    def is_free(self, path: str) -> bool:
        return not self.path(path).exists()

    def names(self, folder: str) -> list[str]:
        place = self.path(folder)
        with reported("list", place):
            return sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []

    def walk(self, folder: str) -> Iterator[Entry]:
        """Sorted within each folder."""
        for place, folders, names in os.walk(self.root / folder):
            folders.sort()
            below = Path(place).relative_to(self.root).as_posix()
            for name in sorted([*names, *folders]):
                if Path(place, name).is_symlink():
                    yield Entry(f"{below}/{name}", is_link=True)
                elif name in names:
                    yield Entry(f"{below}/{name}")

    def leftovers(self) -> Iterator[str]:
        for path, is_link in self.walk(paths.TEMPORARY):
            if not is_link and temp_files.is_leftover(self.root / path):
                yield path

    def read(self, path: str) -> bytes:
        target = self.path(path)
        with reported("read", target):
            return target.read_bytes()

    def end_of(self, path: str, most: int) -> bytes:
        target = self.path(path)
        with reported("read", target), target.open("rb") as stream:
            stream.seek(-min(most, os.fstat(stream.fileno()).st_size), os.SEEK_END)
            return stream.read()

    def digest(self, path: str) -> str:
        target = self.path(path)
        with reported("read", target):
            return digest_of(target)

    def write(self, path: str, data: bytes, *, compare: bool = False) -> Written:
        target = self.path(path)
        with reported("write", target):
            size = size_of(target)
            if size == len(data) and (not compare or has_bytes(target, data)):
                # The process that renamed it may have died before its fsync of the folder.
                self._fsync_folder(target.parent)
                return Written.THERE
            self._put(target, (data,), _READ_ONLY)
        return Written.NEW if size is None else Written.REPLACED

    def replace(self, path: str, chunks: Iterable[bytes]) -> None:
        target = self.path(path)
        with reported("write", target):
            self._put(target, chunks, _USUAL)

    def remove(self, path: str) -> bool:
        target = self.path(path)
        with reported("remove", target), contextlib.suppress(*ABSENT):
            self.disk.unlink(target)
            return True
        return False

    def remove_folder(self, path: str) -> bool:
        with contextlib.suppress(OSError):
            self.path(path).rmdir()
            return True
        return False

    def link(self, source: str, target: str) -> bool:
        """Hard-link `source` as `target`; False if it is one already. A copy where no link can be made.

        The new name is flushed to disk with the next file that is written in its folder, or by `sync_folder`.
        """
        origin, place = self.path(source), self.path(target)
        with reported("link", place):
            if is_same_file(origin, place):
                return False
            with self._temporary_name() as temporary:
                try:
                    self.disk.link(origin, temporary)
                except OSError:
                    # File systems refuse links with various errors, also EIO; a real disk error fails the copy too.
                    self._fill(temporary, chunks_of(origin), _READ_ONLY)
                self._rename(temporary, place)
        return True

    def sync_folder(self, folder: str) -> None:
        place = self.path(folder)
        with reported("write", place):
            self._fsync_folder(place)

    def move(self, source: str, target: str) -> None:
        origin, place = self.path(source), self.path(target)
        with reported("move", origin):
            self._rename(origin, place)

    def protect(self, path: str, found: FileFacts) -> None:
        if found.is_writable:
            with contextlib.suppress(OSError):
                place = self.path(path)
                place.chmod(stat.S_IMODE(place.stat().st_mode) & ~_WRITABLE)

    def is_same(self, one: str, other: str) -> bool:
        return is_same_file(self.path(one), self.path(other))


def _facts(found: os.stat_result) -> FileFacts:
    return FileFacts(found.st_size, found.st_mtime_ns, found.st_ctime_ns, bool(found.st_mode & _WRITABLE))

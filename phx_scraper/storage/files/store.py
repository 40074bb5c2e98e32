"""A folder of files that are written atomically: to a temporary file, flushed to disk, then renamed.

Pictures and originals are read-only: `homes/` has hard links to them, and a change to one there would change the store.
Removing, renaming and linking need the folder's permission, not the file's.
"""

from __future__ import annotations

import contextlib
import copy
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from phx_scraper.errors import StorageError
from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.file_stats import ABSENT, chunks_of, has_bytes, is_same_file, size_of

_FOLDER_TRIES = 5
_READ_ONLY, _USUAL, _WRITABLE = 0o444, 0o666, 0o222
_SAFE_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class FileStore:
    """Files under `root`, with paths of `storage.files.paths`; safe for several threads and processes.

    `fsync=False` is for tests only: a power failure may then leave damaged files. `changes=False` prepares nothing, for
    folders that are only read. Every method raises UnsafePath for a path outside the root, DiskFull where no space is
    left, StorageError for any other error of the system.
    """

    def __init__(self, root: Path | str, fsync: bool = True, disk: Disk | None = None, *, changes: bool = True) -> None:
        self.root = Path(root).absolute()
        self._fsync_wanted = fsync
        self._owner = temp_files.owner()
        self.disk = disk or Disk()
        self._temporary = self.root / paths.TEMPORARY
        if changes:
            self._prepare()

    def _prepare(self) -> None:
        with reported("prepare the data folder", self.root):
            self._make_folder(self._temporary)
            temp_files.remove_leftovers(paths.inside(self.root, paths.TEMPORARY), self.disk)

    def without_sync(self) -> FileStore:
        """The same folder, for files that can be made again: a power failure may lose or empty one."""
        other = copy.copy(self)
        other._fsync_wanted = False
        return other

    def path(self, path: str) -> Path:
        """The file of `path` on this machine, present or not."""
        return paths.inside(self.root, path)

    def exists(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self.path(path).is_file()

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        target = self.path(path)
        with reported("read", target):
            return target.read_bytes()

    def write(self, path: str, data: bytes, *, compare: bool = False) -> bool:
        """Write a file named by its content's hash; False if one of that size, or with `compare` the same, is there."""
        target = self.path(path)
        with reported("write", target):
            if size_of(target) == len(data) and (not compare or has_bytes(target, data)):
                # The process that renamed it may have died before its fsync of the folder.
                self._fsync_folder(target.parent)
                return False
            self._put(target, (data,), _READ_ONLY)
        return True

    def replace(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write or replace a file atomically; readers see the old or the new one."""
        target = self.path(path)
        with reported("write", target):
            self._put(target, chunks, _USUAL)

    def remove(self, path: str) -> bool:
        """Remove a file; False if it was gone already."""
        target = self.path(path)
        with reported("remove", target), contextlib.suppress(*ABSENT):
            self.disk.unlink(target)
            return True
        return False

    def remove_folder(self, path: str) -> bool:
        """Remove a folder if it is empty; False if it is gone or holds something."""
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
        """Flush the names in a folder to disk, so that a row may say that they are there."""
        place = self.path(folder)
        with reported("write", place):
            self._fsync_folder(place)

    def move(self, source: str, target: str) -> None:
        """Rename a file, replacing any file of that name."""
        origin, place = self.path(source), self.path(target)
        with reported("move", origin):
            self._rename(origin, place)

    def protect(self, path: str, found: os.stat_result) -> None:
        """Make a file read-only that an earlier version or a user made writable, if possible."""
        if found.st_mode & _WRITABLE:
            with contextlib.suppress(OSError):
                self.path(path).chmod(stat.S_IMODE(found.st_mode) & ~_WRITABLE)

    def is_same(self, one: str, other: str) -> bool:
        """Whether two paths are hard links of the same file."""
        return is_same_file(self.path(one), self.path(other))

    def names(self, folder: str) -> list[str]:
        """Sorted names of a folder's entries; empty if there is no such folder."""
        place = self.path(folder)
        with reported("list", place):
            return sorted(entry.name for entry in place.iterdir()) if place.is_dir() else []

    def _put(self, target: Path, chunks: Iterable[bytes], mode: int) -> None:
        with self._temporary_name() as temporary:
            self._fill(temporary, chunks, mode)
            self._rename(temporary, target)
        self._fsync_folder(target.parent)

    def _rename(self, temporary: Path, target: Path) -> None:
        """Rename a complete file; another process may remove its empty folder at the same time, so it is retried."""
        for tries_left in reversed(range(_FOLDER_TRIES)):
            try:
                self._make_folder(target.parent)
                self.disk.rename(temporary, target)
                return
            except FileNotFoundError:
                if not tries_left or not temporary.exists():
                    raise

    def _fill(self, temporary: Path, chunks: Iterable[bytes], mode: int) -> None:
        descriptor = os.open(temporary, _SAFE_CREATE, mode)
        try:
            self.disk.write(descriptor, chunks)
            if self._fsync_wanted:
                self.disk.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _temporary_name(self) -> Iterator[Path]:
        """The path of a new temporary file, which is removed if anything fails."""
        temporary = self._temporary / temp_files.name(self._owner)
        try:
            yield temporary
        except BaseException:
            with contextlib.suppress(OSError):
                self.disk.unlink(temporary)
            raise

    def _make_folder(self, folder: Path) -> None:
        """Create a folder and those above it; another thread or process may do so at the same time."""
        if folder.is_dir():
            return
        if folder.parent != folder:
            self._make_folder(folder.parent)
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError as error:
            if not folder.is_file():
                raise
            raise StorageError(f"{folder} is a file where a folder should be: move it away.") from error
        self._fsync_folder(folder.parent)

    def _fsync_folder(self, folder: Path) -> None:
        if not self._fsync_wanted:
            return
        with contextlib.suppress(FileNotFoundError):  # The folder was removed again, with its files.
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                self.disk.fsync(descriptor)
            finally:
                os.close(descriptor)

"""Files below a folder, whole or absent: written to a temporary file, flushed to disk, then renamed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from phx_scraper.errors import StorageError
from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.disk_errors import reported

_FOLDER_TRIES = 5
_SAFE_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class AtomicFolder:
    """Writes below `root`; `fsync=False`, for tests only, lets a power failure leave damaged files."""

    def __init__(self, root: Path | str, fsync: bool = True, disk: Disk | None = None) -> None:
        self.root = Path(root).absolute()
        self._fsync_wanted = fsync
        self._owner = temp_files.owner()
        self.disk = disk or Disk()
        self._temporary = self.root / paths.TEMPORARY

    def _prepare(self) -> None:
        with reported("prepare the data folder", self.root):
            self._make_folder(self._temporary)
            temp_files.remove_leftovers(paths.inside(self.root, paths.TEMPORARY), self.disk)

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

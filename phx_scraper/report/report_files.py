"""The files of a report: its pages, wherever it is written, and where these find pictures."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from phx_scraper.errors import StorageError
from phx_scraper.report.command_settings import CommandSettings
from phx_scraper.report.picture_places import InStore, PicturePlaces
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.folder_store import FolderStore

_FOLDER = "report/"
_WAIT, _LOOK_AGAIN = 300.0, 0.1
"""Seconds in which another report is waited for; one of 5,000 homes takes less."""


class ReportFiles:
    """Pages have the place `report/…` wherever they lie: `prefix` is what their folder is called in `pages`.

    `picture` gives the place of a picture's file, `identity` is what ReportState says, `commands` is what commands on
    the pages carry. Nothing is flushed to disk: what a power failure takes or cuts off is told by its end, and written
    by the next report. Every method raises as those of FileStore do.
    """

    def __init__(self, pages: FolderStore, pictures: PicturePlaces, prefix: str = _FOLDER) -> None:
        self._pages, self._prefix = pages.without_sync(), prefix
        self.picture = pictures
        self.identity = ""
        self.commands = CommandSettings()
        self.root = pages.root

    def path(self, place: str) -> Path:
        """The file of a page."""
        return self._pages.path(self._own(place))

    def exists(self, place: str) -> bool:
        """Whether the page is there."""
        return self._pages.exists(self._own(place))

    def read(self, place: str) -> bytes:
        """The bytes of a page."""
        return self._pages.read(self._own(place))

    def end_of(self, place: str, most: int) -> bytes:
        """The last bytes of a page, `most` at most."""
        return self._pages.end_of(self._own(place), most)

    def replace(self, place: str, chunks: Iterable[bytes]) -> None:
        """Write or replace a page atomically."""
        self._pages.replace(self._own(place), chunks)

    def remove(self, place: str) -> bool:
        """Remove a page; False if it was gone already."""
        return self._pages.remove(self._own(place))

    def remove_folder(self, place: str) -> bool:
        """Remove a folder if it is empty; False if it is gone or holds something."""
        return self._pages.remove_folder(self._own(place))

    def names(self, folder: str) -> list[str]:
        """Sorted names of what is in a folder of pages."""
        own = self._own(folder)
        if own:
            return self._pages.names(own)
        with reported("list", self.root):
            return sorted(entry.name for entry in self.root.iterdir())

    def _own(self, place: str) -> str:
        return (self._prefix + place[len(_FOLDER) :]).rstrip("/")


def in_store(files: FolderStore) -> ReportFiles:
    """The report that lies in the store."""
    return ReportFiles(files, InStore(files))


@contextlib.contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Let one report at a time be written in a folder: two would put older pages over newer ones.

    The lock goes with the process. Where the file system has none, reports are written all the same. Raises
    StorageError where another one is still at work after five minutes.
    """
    with reported("open", folder):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    give_up = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise StorageError(
                    f"Another report is being written in {folder}, for five minutes now: end it, then run this again."
                ) from None
            time.sleep(_LOOK_AGAIN)
        except OSError:
            return
        else:
            return

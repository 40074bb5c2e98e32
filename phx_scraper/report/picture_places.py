"""Where a page finds the file of a picture: one function, whose kinds differ in where the report lies."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Protocol

from phx_scraper.errors import UnsafePath
from phx_scraper.storage.files.file_stats import size_of
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.store import FileStore

COPIES, _OWN = "report/pictures", "pictures"
"""The folder of copies, as pages name it and as it is called in the folder of a report of its own."""


class PicturePlaces(Protocol):
    """Calling it with a path of the store gives the place to which a page links, empty where the file is gone.

    `form` tells one way from another: pages that were made with another one lead elsewhere, and are made anew. `store`
    is the place of the store itself; None where pages go wherever a person takes them.
    """

    form: str
    store: str | None
    is_copying: bool

    def __call__(self, path: str) -> str:
        """The place of the file. Raises StorageError."""
        ...

    def has(self, path: str) -> bool:
        """Whether the file is there: a quick look, for very many of them."""
        ...


class InStore:
    """The report lies in the store, beside the pictures."""

    form, store, is_copying = "", "", False

    def __init__(self, files: FileStore) -> None:
        self._files = files

    def __call__(self, path: str) -> str:
        """The path itself; a link that stands in the way counts as no file: `scrapy reconcile` names it."""
        with contextlib.suppress(UnsafePath):
            return path if self._files.exists(path) else ""
        return ""

    def has(self, path: str) -> bool:
        """By plain names, which is several times as quick as looking for links on the way."""
        return self._files.look(path) is not None


class BesideStore:
    """The report lies in a folder of its own and leads back into the store, which stays where it is."""

    def __init__(self, files: FileStore, folder: Path) -> None:
        self._in_store, self.is_copying = InStore(files), False
        # Browsers take `..` off the text of an address, whatever links the folders pass through.
        self.form = os.path.relpath(files.place, folder).replace(os.sep, "/")
        self.store = f"report/{self.form}"

    def __call__(self, path: str) -> str:
        """The place in the store, seen from the report."""
        found = self._in_store(path)
        return f"report/{self.form}/{found}" if found else ""

    def has(self, path: str) -> bool:
        """As in the store."""
        return self._in_store.has(path)


class Copies:
    """The report lies in a folder of its own with a copy of each file that its pages lead to."""

    def __init__(self, files: FileStore, pages: FolderStore) -> None:
        self._files, self._pages, self._in_store = files, pages, InStore(files)
        self.is_copying, self.store = True, None
        self.form = f"copies of {files.place}"

    def __call__(self, path: str) -> str:
        """The place of the copy, which is made where it is not there: a file of that name has that content."""
        copied = f"{_OWN}/{path}"
        if not size_of(self._pages.path(copied)):
            if not self._in_store(path):
                return ""
            self._pages.replace(copied, (self._files.read(path),))
        return f"{COPIES}/{path}"

    def has(self, path: str) -> bool:
        """Whether the copy is there, or can be made."""
        return Path(f"{self._pages.root}/{_OWN}/{path}").exists() or self._in_store.has(path)

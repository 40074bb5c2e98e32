"""The index of a folder of saved pages, and its pages and pictures again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.utils import format_datetime
from pathlib import Path

from phx_scraper.downloader.saved_pages.choice import best_first
from phx_scraper.downloader.saved_pages.folder_index import FolderIndex
from phx_scraper.downloader.saved_pages.folder_walk import files_below
from phx_scraper.downloader.saved_pages.picture_index import PictureSpot
from phx_scraper.downloader.saved_pages.records import SavedAnswer, SavedPage, SavedPicture, UnusedFile
from phx_scraper.downloader.saved_pages.saved_documents import document_again, picture_again
from phx_scraper.downloader.saved_pages.saved_file import Unusable, open_saved
from phx_scraper.errors import AddressError, NotUnderstood, UsageError
from phx_scraper.homes import parse_address, same_home, street_key

MAX_PICTURE = 64 * 2**20
"""Bytes of a picture file that are read."""


class SavedFolder:
    """What a folder of saved pages holds; safe to use from several threads.

    `pages` are all pages of sources, also those that show no home; `unused` are all other files, except the `parts` of
    saved pages: pictures, styles and scripts in folders beside them.
    """

    def __init__(self, root: Path, index: FolderIndex) -> None:
        self.root = root
        self.pages: Sequence[SavedPage] = tuple(index.pages)
        self.unused: Sequence[UnusedFile] = tuple(index.unused)
        self.parts = index.parts
        self._pictures = index.pictures
        self._names: Mapping[str, str] = index.names
        self._ranges: Mapping[tuple[str, int], tuple[int, int]] = index.ranges
        self._by_street: dict[str, list[SavedPage]] = defaultdict(list)
        for page in self.pages:
            if page.kind == "home":
                self._by_street[_street(page.address)].append(page)

    def of_home(self, address: str) -> dict[str, tuple[SavedPage, ...]]:
        """Source -> the saved pages of the home at `address`, the one to use first.

        The others are older saves, or show less. What a page says proves whose it is, and only that.
        """
        found: dict[str, list[SavedPage]] = defaultdict(list)
        for page in self._by_street.get(_street(address), ()):
            if same_home(address, page.address):
                found[page.source].append(page)
        return {source: best_first(pages) for source, pages in found.items()}

    def open(self, page: SavedPage) -> SavedAnswer:
        """The page itself, for `pages.read_saved`. Raises NotUnderstood(`saved_page`) where its file has changed."""
        try:
            with open_saved(self.root, self._name(page.file)) as file:
                found = document_again(file, page.entry, *self._ranges.get((page.file, page.entry), (0, 0)))
        except (Unusable, OSError) as error:
            raise NotUnderstood("saved_page", f"{page.file}: {error}") from None
        headers = {"Date": format_datetime(page.moment, usegmt=True), "Content-Type": found.media_type}
        return SavedAnswer(page.url, found.body, headers, found.status)

    def picture(self, source: str, urls: Iterable[str]) -> SavedPicture | None:
        """The saved bytes of a photo, by its URLs (best first), or None where no file of the folder holds it."""
        for url, spot in self._pictures.best(source, urls):
            data = self._bytes(spot)
            if data:
                return SavedPicture(url, data)
        return None

    def _bytes(self, spot: PictureSpot) -> bytes:
        try:
            with open_saved(self.root, self._name(spot.file)) as file:
                if spot.end:
                    return picture_again(file, spot.start, spot.end)
                return file.read(0, file.size) if file.size <= MAX_PICTURE else b""
        except (Unusable, OSError):
            return b""

    def _name(self, shown: str) -> str:
        return self._names.get(shown, shown)


def _street(address: str) -> str:
    try:
        return street_key(parse_address(address))
    except AddressError:
        return ""


def read_folder(folder: Path, *, report: Callable[[int], None] | None = None) -> SavedFolder:
    """The index of every file below `folder`; `report` is called with the number of files read so far.

    Raises UsageError where there is no such folder or it cannot be read. No file in it raises anything.
    """
    try:
        root = folder.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"There is no folder of saved pages at {folder}.") from None
    if not root.is_dir():
        raise UsageError(f"{folder} is a file: name the folder that your saved pages are in.")
    index = FolderIndex(root)
    for number, found in enumerate(files_below(root), 1):
        index.add(found)
        if report is not None:
            report(number)
    index.finish()
    return SavedFolder(root, index)

"""Reads the files of a folder one by one and keeps what is known of each: a line a page, never its content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from phx_scraper.downloader.saved_pages.attachments import folders_of_page
from phx_scraper.downloader.saved_pages.file_kinds import HEAD, is_picture
from phx_scraper.downloader.saved_pages.folder_walk import Found, shown
from phx_scraper.downloader.saved_pages.picture_index import PictureIndex
from phx_scraper.downloader.saved_pages.recognise import Place, recognise
from phx_scraper.downloader.saved_pages.records import SavedPage, UnusedFile
from phx_scraper.downloader.saved_pages.saved_documents import Document, PictureRange, Problem, documents
from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable, open_saved
from phx_scraper.pages.html_and_json import decode


class FolderIndex:
    """The pages, pictures and unused files of a folder.

    `names` has the real names that cannot be shown as they are, `ranges` the place of each page in a HAR file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.pages: list[SavedPage] = []
        self.unused: list[UnusedFile] = []
        self.pictures = PictureIndex()
        self.names: dict[str, str] = {}
        self.ranges: dict[tuple[str, int], tuple[int, int]] = {}
        self.parts = 0
        self._folders: dict[str, set[str]] = {}
        self._loose_pictures: list[str] = []

    def add(self, found: Found) -> None:
        """Read one file; whatever is wrong with it is kept as a sentence."""
        file = self._shown(found.name)
        if found.problem:
            self.unused.append(UnusedFile(file, 0, found.problem))
            return
        try:
            with open_saved(self._root, found.name) as opened:
                self._read(file, opened)
        except Unusable as error:
            self.unused.append(UnusedFile(file, 0, str(error)))
        except OSError as error:
            self.unused.append(UnusedFile(file, 0, f"It cannot be read: {error.strerror}."))

    def finish(self) -> None:
        """Once every file is read: what belongs to a saved page is no file of its own."""
        folders = {name for names in self._folders.values() for name in names}
        self.pages = [
            replace(page, saved_as="complete") if page.saved_as == "html" and page.file in self._folders else page
            for page in self.pages
        ]
        for picture in self._loose_pictures:
            if _is_below(picture, folders):
                self.pictures.add_file(picture)
        own = [one for one in self.unused if not _is_below(one.file, folders)]
        self.parts, self.unused = len(self.unused) - len(own), own
        self._loose_pictures.clear()

    def _read(self, file: str, opened: SavedFile) -> None:
        if is_picture(opened.read(0, HEAD)):
            self._loose_pictures.append(file)
        place = Place(file, opened.modified)
        for found in documents(opened):
            if isinstance(found, Document):
                self._add_document(found, place)
            elif isinstance(found, PictureRange):
                self.pictures.add_part(file, found.url, found.start, found.end)
            else:
                self.unused.append(UnusedFile(file, found.entry, found.reason))

    def _add_document(self, found: Document, place: Place) -> None:
        page = recognise(found, place)
        if found.saved_as in ("html", "complete", "singlefile"):
            folders = folders_of_page(self._root, place.file, decode(found.body))
            if folders:
                self._folders[place.file] = folders
        if found.saved_as == "har" and not _is_worth_naming(found, page):
            return
        if isinstance(page, Problem):
            self.unused.append(UnusedFile(place.file, page.entry, page.reason))
        else:
            self.pages.append(page)
            if found.end:
                self.ranges[place.file, found.entry] = (found.start, found.end)

    def _shown(self, name: str) -> str:
        file = shown(name)
        while file != name and file in self.names:
            file += "\ufffd"
        if file != name:
            self.names[file] = name
        return file


def _is_worth_naming(found: Document, page: SavedPage | Problem) -> bool:
    """A session's HAR has hundreds of answers that are no page; only pages and homes are told of."""
    return (isinstance(page, SavedPage) and page.kind == "home") or "html" in found.media_type


def _is_below(file: str, folders: set[str]) -> bool:
    return any(str(parent) in folders for parent in PurePosixPath(file).parents)

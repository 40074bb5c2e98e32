"""The index of a folder of saved pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from phx_scraper.downloader.saved_pages.records import SavedAnswer, SavedPage, SavedPicture, UnusedFile


class SavedFolder:
    """What a folder of saved pages holds; safe to use from several threads."""

    def __init__(self, root: Path, pages: Sequence[SavedPage], unused: Sequence[UnusedFile]) -> None:
        self.root = root
        self.pages = tuple(pages)
        self.unused = tuple(unused)

    def of_home(self, address: str) -> dict[str, tuple[SavedPage, ...]]:
        """Source -> the saved pages of the home at `address`, the one to use first; the rest are older or partial."""
        raise NotImplementedError

    def open(self, page: SavedPage) -> SavedAnswer:
        """The page itself, for `pages.read`. Raises NotUnderstood(`saved_page`) where the file has changed since."""
        raise NotImplementedError

    def picture(self, source: str, urls: Iterable[str]) -> SavedPicture | None:
        """The saved bytes of a photo, by its URLs (best first), or None where no file of the folder holds it."""
        raise NotImplementedError


def read_folder(folder: Path, *, report: Callable[[int], None] | None = None) -> SavedFolder:
    """The index of every file below `folder`; `report` is called with the number of files read so far.

    Raises UsageError where there is no such folder or it cannot be read. No file in it raises anything.
    """
    raise NotImplementedError

"""The file of a catalogue that is open: whether its path still leads to it."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.errors import CatalogueError


class OpenedFile:
    """The file at `path`, as it is now."""

    def __init__(self, path: Path) -> None:
        self._path, self._opened = path, _identity(path)

    def check(self) -> None:
        """Raises CatalogueError where it was removed or replaced: SQLite writes on, and all that is lost at its end."""
        if _identity(self._path) != self._opened:
            raise CatalogueError(
                f"The catalogue {self._path} was removed or replaced while it was in use: put it back, and start again."
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

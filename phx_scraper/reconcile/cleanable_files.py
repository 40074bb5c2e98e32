"""Files of the store that nothing needs any more, by what they are: each can be thrown away without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from phx_scraper.errors import UnsafePath
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.reconcile.orphan_files import orphans
from phx_scraper.reconcile.repair import QUARANTINE
from phx_scraper.reconcile.report import Report
from phx_scraper.storage.files import paths

UNREAD, PROBE, BACKUP, ASIDE, ORPHAN = "unread", "probe", "backup", "quarantine", "orphan"

_FOLDERS = {UNREAD: "metadata/unread", PROBE: "metadata/probe", ASIDE: QUARANTINE}
_BACKUPS = ("{}.v*.bak", "{}.damaged-*")


class FoundFile(NamedTuple):
    """A file: its path in the store, its bytes, and since when it is there (seconds since 1970)."""

    path: str
    bytes: int
    since: float


def cleanable_files(kind: str, connection: Connection, root: Path, catalogue: CataloguePlace) -> list[FoundFile]:
    """The files of one of the kinds above, the oldest first. `catalogue` is where it is."""
    if kind == ORPHAN:
        found: Iterator[Path] = (root / path for path in orphans(connection, root, Report()))
    elif kind == BACKUP:
        found = _backups(catalogue)
    else:
        found = (root / _FOLDERS[kind]).rglob("*")
    looked_at = (found_file(root, path) for path in found)
    return sorted((one for one in looked_at if one is not None), key=lambda one: (one.since, one.path))


def _backups(catalogue: CataloguePlace) -> Iterator[Path]:
    """Beside the catalogue's file; a server's are its own."""
    if isinstance(catalogue, Path):
        for form in _BACKUPS:
            yield from catalogue.parent.glob(form.format(catalogue.name))


def found_file(root: Path, path: Path) -> FoundFile | None:
    """None for what is no regular file inside the store, or is reached by a link."""
    try:
        relative = path.relative_to(root).as_posix()
        if not paths.inside(root, relative).is_file():
            return None
        status = path.lstat()
    except (ValueError, UnsafePath, OSError):
        return None
    # A file that was set aside keeps the day of its writing; its change of name is the later one.
    since = max(status.st_mtime, status.st_ctime) if relative.startswith(f"{QUARANTINE}/") else status.st_mtime
    return FoundFile(relative, status.st_size, since)

"""Files of the store that nothing needs any more, by what they are: each can be thrown away without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from phx_scraper.errors import StorageError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.reconcile.orphan_files import orphans
from phx_scraper.reconcile.repair import QUARANTINE
from phx_scraper.reconcile.report import Report
from phx_scraper.storage.files.store import FileStore

UNREAD, PROBE, BACKUP, ASIDE, ORPHAN = "unread", "probe", "backup", "quarantine", "orphan"

_FOLDERS = {UNREAD: "metadata/unread", PROBE: "metadata/probe", ASIDE: QUARANTINE}
_BACKUPS = ("{}.v*.bak", "{}.damaged-*")


class FoundFile(NamedTuple):
    """A file: its path in the store, its bytes, and since when it is there (seconds since 1970)."""

    path: str
    bytes: int
    since: float


def cleanable_files(kind: str, connection: Connection, files: FileStore, catalogue: CataloguePlace) -> list[FoundFile]:
    """The files of one of the kinds above, the oldest first. `catalogue` is where it is."""
    if kind == ORPHAN:
        found: Iterator[str] = orphans(connection, files, Report())
    elif kind == BACKUP:
        found = (path for place in _backups(catalogue) if (path := files.path_of(place)) is not None)
    else:
        found = (entry.path for entry in files.walk(_FOLDERS[kind]) if not entry.is_link)
    looked_at = (found_file(files, path) for path in found)
    return sorted((one for one in looked_at if one is not None), key=lambda one: (one.since, one.path))


def _backups(catalogue: CataloguePlace) -> Iterator[Path]:
    """Beside the catalogue's file; a server's are its own."""
    if isinstance(catalogue, Path):
        for form in _BACKUPS:
            yield from catalogue.parent.glob(form.format(catalogue.name))


def found_file(files: FileStore, path: str) -> FoundFile | None:
    """None for what is no regular file inside the store, or is reached by a link."""
    try:
        found = files.find(path)
    except StorageError:
        return None
    if found is None:
        return None
    # A file that was set aside keeps the day of its writing; its change of name is the later one.
    is_aside = path.startswith(f"{QUARANTINE}/")
    since = max(found.modified_ns, found.changed_ns) if is_aside else found.modified_ns
    return FoundFile(path, found.size, since / 1e9)

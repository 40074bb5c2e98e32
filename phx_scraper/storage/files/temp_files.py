"""Names of temporary files, and the removal of those of dead processes."""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path
from urllib.parse import quote, unquote

from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.process_identity import is_dead, this_holder

_SUFFIX = ".tmp"
_STALE_SECONDS = 24 * 3600.0


def owner() -> str:
    """The part of a name that identifies the writing process."""
    return quote(this_holder(), safe="")


def name(owner: str) -> str:
    """A unique file name."""
    return f"{owner}~{uuid.uuid4().hex}{_SUFFIX}"


def remove_leftovers(folder: Path, disk: Disk) -> int:
    """Remove files of dead processes of this machine at once, others after a day; returns how many. Raises OSError."""
    removed = 0
    for path in folder.iterdir():
        if path.name.endswith(_SUFFIX) and is_leftover(path):
            with contextlib.suppress(FileNotFoundError):
                disk.unlink(path)
                removed += 1
    return removed


def is_leftover(path: Path) -> bool:
    """Whether a temporary file is stale: its process is dead, or it is a day old."""
    if is_dead(unquote(path.name.rpartition("~")[0])):
        return True
    try:
        return time.time() - path.lstat().st_mtime > _STALE_SECONDS
    except FileNotFoundError:
        return False

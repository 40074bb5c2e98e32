"""Names of files being written, and the removal of those that a dead process left behind."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from urllib.parse import quote, unquote

from phx_scraper.storage.disk import Disk
from phx_scraper.storage.holder import is_dead, this_holder

_SUFFIX = ".tmp"
_STALE_SECONDS = 24 * 3600.0


def name(unique: str) -> str:
    """A file name that tells which process writes the file."""
    return f"{quote(this_holder(), safe='')}~{unique}{_SUFFIX}"


def sweep(folder: Path, disk: Disk) -> int:
    """Remove files of dead processes of this machine at once, others after a day; returns how many. Raises OSError."""
    removed = 0
    for path in folder.iterdir():
        if path.name.endswith(_SUFFIX) and _is_stale(path):
            with contextlib.suppress(FileNotFoundError):
                disk.unlink(path)
                removed += 1
    return removed


def _is_stale(path: Path) -> bool:
    if is_dead(unquote(path.name.rpartition("~")[0])):
        return True
    try:
        return time.time() - path.lstat().st_mtime > _STALE_SECONDS
    except FileNotFoundError:
        return False

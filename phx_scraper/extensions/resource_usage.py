"""Measures free disk and the memory of this process."""

from __future__ import annotations

import os
from pathlib import Path

from phx_scraper.errors import DiskFull
from phx_scraper.storage.files.store import FileStore

MEGABYTE = 2**20
_RESIDENT_FIELD = 1  # of /proc/self/statm, in pages: proc(5)


def check_free_space(files: FileStore, floor_mb: int) -> None:
    """Raises DiskFull if fewer than `floor_mb` megabytes are free for the store, StorageError where nobody can tell."""
    free = files.free_bytes()
    if free is not None and free // MEGABYTE < floor_mb:
        raise DiskFull(
            f"{free // MEGABYTE} MB are free at {files.place}, less than PHX_MIN_FREE_DISK_MB={floor_mb}; free some"
            " space and run the same command again"
        )


def memory_mb() -> float:
    """Resident memory of this process in megabytes; 0 where it cannot be read. Source: proc(5)."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(fields[_RESIDENT_FIELD]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE

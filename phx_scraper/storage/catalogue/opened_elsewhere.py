"""Whether another process has the catalogue's file open, also a damaged one, and one that it only keeps ready."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_BYTE = 128
"""Of the file `-shm`: each process that has the database open in WAL mode holds a lock on it (SQLite's os_unix.c)."""


def is_open_elsewhere(path: Path) -> bool:
    """Whether one has; to be asked while this process has it not, which would lose its own lock by that."""
    try:
        descriptor = os.open(f"{path}-shm", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BYTE)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False

"""Turns errors of the operating system into one sentence each."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from phx_scraper.errors import DiskFull, FileAbsent, StorageError

# Reaching a file-size limit is reported as a full disk.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextlib.contextmanager
def reported(doing: str, path: Path) -> Iterator[None]:
    """Turn an OSError into a StorageError, or a kind of it: what could not be done with which file, and why."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        if error.errno in FULL:
            raise DiskFull(f"No space left to {doing} {path} ({why}): free some, then run this again.") from error
        kind = FileAbsent if isinstance(error, FileNotFoundError) else StorageError
        raise kind(f"Cannot {doing} {path}: {why}.") from error

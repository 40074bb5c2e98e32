"""What a folder takes on its disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

GIGABYTE = 2**30


def store_bytes(root: Path) -> int:
    """Bytes of all files below a folder; a file with several names counts once. Links are not followed."""
    total, seen = 0, set()
    for entry in _files(str(root)):
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if found.st_nlink > 1:
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
        total += found.st_size
    return total


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    """All files below it; a folder that is removed meanwhile, or that cannot be read, has none."""
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        yield entry
        except OSError:
            continue

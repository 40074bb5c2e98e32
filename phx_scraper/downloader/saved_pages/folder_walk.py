"""The files below a folder, in the order of their names; links are named and never followed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from phx_scraper.errors import UsageError

MAX_FILES = 100_000

_LINK = "It is a link, and links are not followed."
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Found(NamedTuple):
    """A path relative to the folder, and why it is no readable file: empty where it may be one."""

    name: str
    problem: str = ""


def files_below(root: Path) -> Iterator[Found]:
    """Every file below `root`, depth first.

    Raises UsageError where `root` itself cannot be read, or holds more than `MAX_FILES`.
    """
    count, waiting = 0, [""]
    while waiting:
        folder = waiting.pop()
        folders = []
        for one in _listed(root, folder):
            if isinstance(one, str):
                folders.append(one)
                continue
            count += 1
            if count > MAX_FILES:
                raise UsageError(f"{root} holds more than {MAX_FILES:,} files: name the folder of your saved pages.")
            yield one
        waiting += reversed(folders)


def _listed(root: Path, folder: str) -> Iterator[Found | str]:
    """The files of one folder, and its folders as texts."""
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError as error:
        if not folder:
            raise UsageError(f"The folder of saved pages cannot be read: {root}: {error.strerror}.") from None
        yield Found(folder, f"The folder cannot be read: {error.strerror}.")
        return
    for entry in entries:
        name = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_symlink():
            yield Found(name, _LINK)
        elif entry.is_dir(follow_symlinks=False):
            yield name
        else:
            yield Found(name, "" if entry.is_file(follow_symlinks=False) else "It is no regular file.")


def shown(name: str) -> str:
    """A file's name as it can be printed: control characters and undecodable bytes become U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", name)

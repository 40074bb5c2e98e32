"""The bytes of a list of homes from a path, standard input or an open file, with a size limit."""

from __future__ import annotations

import difflib
import itertools
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from phx_scraper.errors import UsageError

MAX_BYTES = 50 * 2**20
"""Bytes of the longest list that is read."""

_NAME_SHOWN = 120
LIST_SUFFIXES = {".csv", ".tsv", ".txt"}
MAX_FOLDER_ENTRIES = 1000

Source = str | Path | bytes | bytearray | IO[bytes]


def read_source(source: Source) -> tuple[bytes, str]:
    """All bytes, and a name of the source for messages; raises UsageError for what cannot be read or is too big."""
    name = _name(source)
    try:
        data = _read(source, name)
    except (OSError, ValueError) as error:
        raise UsageError(f"{name} cannot be read ({_reason(error)}); give the path of a readable CSV file") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES // 2**20} MB; split it into smaller lists")
    return data, name


def _name(source: Source) -> str:
    if isinstance(source, bytes | bytearray):
        return "the list of addresses"
    if isinstance(source, str | Path):
        return "standard input" if str(source) == "-" else _printable(str(source))
    return _printable(str(getattr(source, "name", "the list of addresses")))


def _printable(name: str) -> str:
    """The name on one line; only the end of a long path."""
    line = "".join(character if character.isprintable() else "?" for character in name)
    return line if len(line) <= _NAME_SHOWN else f"…{line[-_NAME_SHOWN:]}"


def _read(source: Source, name: str) -> bytes:
    if isinstance(source, bytes | bytearray):
        return bytes(source)
    if not isinstance(source, str | Path):
        return _bytes_of(source)
    if str(source) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(source)
    with suppress(RuntimeError):  # the home of a user that is not there
        path = path.expanduser()
    if path.is_dir():
        raise UsageError(f"{name} is a folder; give the path of a CSV file")
    if not path.exists():
        raise UsageError(f"{name} does not exist; {_hint(path)}")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _hint(path: Path) -> str:
    """Suggests a list with the same name one folder below, or with a similar name."""
    places = [path.parent, *(place for place in _entries(path.parent) if place.is_dir() and place.name[:1] != ".")]
    lists = {place.name: place for folder in places for place in _entries(folder) if place.suffix in LIST_SUFFIXES}
    near = [path.name] if path.name in lists else difflib.get_close_matches(path.name, lists, n=1, cutoff=0.8)
    if near:
        return f"did you mean {_printable(str(lists[near[0]]))}?"
    return "give the path of a CSV file, or - for standard input"


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(itertools.islice(folder.iterdir(), MAX_FOLDER_ENTRIES))
    except OSError:
        return []


def _bytes_of(file: IO[bytes]) -> bytes:
    data = file.read(MAX_BYTES + 1)
    return data.encode() if isinstance(data, str) else data


def _reason(error: OSError | ValueError) -> str:
    strerror = getattr(error, "strerror", None)
    return (strerror or str(error)).lower()

"""`phx.toml`: a user's own settings in a file, beside a list of homes, in the working folder or for all of them."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.scrapy_values import BOUNDS
from phx_scraper.errors import UsageError

NAME = "phx.toml"
TABLE = "settings"
MAX_BYTES = 2**20
SCRAPY_NAMES = frozenset(
    {*BOUNDS, "FEED_EXPORT_ENCODING", "JOBDIR", "LOG_DATEFORMAT", "LOG_FILE", "LOG_FORMAT", "LOG_LEVEL", "STATS_DUMP"}
)
"""Those of Scrapy's that a file may hold: none of them names code to load, or opens a door into the crawl."""
PROGRAMS = frozenset({"PHX_BROWSER_PATH"})
"""What runs a program of this machine: a folder that came from elsewhere must not choose it."""
PATHS = frozenset({"IMAGES_STORE", "PHX_CATALOGUE_URL", "PHX_BROWSER_PATH", "JOBDIR", "LOG_FILE"})
SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class UserFile:
    """The settings of one file, and the line of each (0 where it was not found)."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def place(self, name: str) -> str:
        """Where a setting stands, as a sentence names it."""
        return _place(self.path, self.lines[name])


def read_user_file(path: Path, is_of_this_user: bool) -> UserFile:
    """The settings of a `phx.toml`; paths in it are relative to its folder.

    `is_of_this_user`: it is the one of the user's configuration folder, which alone may name a program and has no
    relative paths. Raises UsageError with the file, the line where there is one, and what to do.
    """
    text = _text(path)
    written = _table(path, text)
    lines = {name: _line(text, name) for name in written}
    values: dict[str, Any] = {}
    for name, value in written.items():
        try:
            _check_name(name, is_of_this_user)
            values[name] = _usable(name, value, path.parent, is_of_this_user)
        except UsageError as error:
            raise UsageError(f"{_place(path, lines[name])}: {error}") from None
    return UserFile(path, values, lines)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES} bytes: it is no file of settings")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): make it readable, or move it away") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no UTF-8 text: save it as UTF-8") from None


def _table(path: Path, text: str) -> Mapping[str, Any]:
    """What stands below `[settings]`."""
    try:
        read = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        why = str(error).partition("\n")[0]
        raise UsageError(f"{path} is no TOML: {why}; write NAME = value, with texts in quotes") from None
    for name in read:
        if name != TABLE:
            raise UsageError(f"{_place(path, _line(text, name))}: {_stray(name, read[name])}")
    table = read.get(TABLE, {})
    if not isinstance(table, dict):
        raise UsageError(f"{_place(path, _line(text, TABLE))}: write [{TABLE}] in a line of its own")
    return table


def _stray(name: str, value: Any) -> str:
    if not isinstance(value, dict):
        return f"{name} stands outside [{TABLE}]: write [{TABLE}] in a line above it"
    return f"[{name}] is no table of this file: settings stand below [{TABLE}]"


def _check_name(name: str, is_of_this_user: bool) -> None:
    """Raises UsageError for a name that a file may not hold."""
    known = {*FIELDS, *SCRAPY_NAMES}
    if name in PROGRAMS and not is_of_this_user:
        raise UsageError(
            f"{name} names a program to run: set it by -s, in the environment, or in the {NAME} of your configuration"
            " folder"
        )
    if name not in known:
        raise UsageError(f"{name} is no setting for this file; {_nearest(name, known)}")


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else "docs/configuration.md says which it may hold"


def _usable(name: str, value: Any, folder: Path, is_of_this_user: bool) -> Any:
    """A value as `-s` would give it: lists with commas, paths from the file's own folder."""
    if isinstance(value, dict):
        raise UsageError(f"{name} is a table: write {name} = value")
    if isinstance(value, list):
        return ",".join(str(one) for one in value)
    if name in PATHS and isinstance(value, str) and value:
        return _absolute(name, value, folder, is_of_this_user)
    return value


def _absolute(name: str, value: str, folder: Path, is_of_this_user: bool) -> str:
    kind = SQLITE if value.startswith(SQLITE) else ""
    path = value.removeprefix(SQLITE)
    is_a_name = name in PROGRAMS and "/" not in path
    if "://" in path or "\0" in path or is_a_name or Path(path).is_absolute():
        return value
    if path.startswith("~"):
        return f"{kind}{_of_a_home(name, path)}"
    if is_of_this_user:
        raise UsageError(f"{name} is a path relative to this file's folder: write the whole path, or one from ~/ on")
    return f"{kind}{folder / path}"


def _of_a_home(name: str, path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UsageError(f"{name} begins with ~ of a user who is not there: write the whole path") from None


def _line(text: str, name: str) -> int:
    form = re.compile(rf"""\s*(\[\s*)?({TABLE}\.)?["']?{re.escape(name)}["']?\s*[].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if form.match(line)), 0)


def _place(path: Path, line: int) -> str:
    return f"{path}, line {line}" if line else str(path)


def user_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder of this user's configuration, there or not: `$XDG_CONFIG_HOME/phx_scraper`; None where no home is."""
    for name, inside in (("XDG_CONFIG_HOME", "phx_scraper"), ("HOME", ".config/phx_scraper")):
        # A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec
        if Path(environment.get(name, "")).is_absolute():
            return Path(environment[name]) / inside
    return None


def user_files(folders: Collection[Path | None], environment: Mapping[str, str]) -> Iterator[UserFile]:
    """The files that are there: this user's first, then those of `folders`; a later one has precedence."""
    own = user_folder(environment)
    seen: set[Path] = set()
    for folder in (own, *folders):
        path = folder / NAME if folder else None
        if path and os.access(path, os.F_OK) and path.resolve() not in seen:
            seen.add(path.resolve())
            yield read_user_file(path, folder == own)

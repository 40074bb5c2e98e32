"""JOBDIR: one small `job.json` that names the job; the work itself is in the catalogue. No pickle, ever."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from phx_scraper.errors import StorageError, UsageError
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.files.folder_store import FolderStore

NAME = "job.json"
VERSION = 1
KEPT_LIST = "addresses.csv"
MAX_BYTES = 2**20
MAX_RUNS = 1000
FINISHED = "finished"
NOT_KEPT = ("PHX_PROXIES", "PHX_REDIS_URL", "PHX_QUIET", "PHX_FAIL_ON")
"""May hold a password, or tell what a command says at its end."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `job.json` holds: the command, where its catalogue and pictures are, its runs and how the last one ended.

    `settings` are those of the command line that decide what is collected from where; `ending` is None while a run is
    under way, and after it was killed.
    """

    spider: str
    arguments: dict[str, str]
    catalogue: str
    settings: dict[str, str] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    ending: str | None = None


class JobDirectory:
    """The folder of one job. Open it with `open_folder`."""

    def __init__(self, path: Path, recorded: Recorded | None, notes: tuple[str, ...] = ()) -> None:
        self.path = path
        self.recorded = recorded
        self.notes = notes
        """Sentences for the user about what was found there."""
        self.was_stopped = recorded is not None and bool(recorded.runs) and recorded.ending != FINISHED
        """Whether the job's last run was stopped or killed, so that this one goes on with it."""

    def arguments(self, spider: str, given: Mapping[str, str]) -> dict[str, str]:
        """The job's arguments: the given ones, or the recorded ones where none are given. Raises UsageError."""
        if self.recorded is None:
            return dict(given)
        if self.recorded.spider != spider:
            raise UsageError(
                f"JOBDIR {self.path} holds a job of the spider {self.recorded.spider}, not of {spider}: use another"
                " folder for this one"
            )
        if given and dict(given) != self.recorded.arguments:
            raise UsageError(
                f"JOBDIR {self.path} holds a job with other arguments ({_shown(self.recorded.arguments)}): give the"
                " same ones or none to go on with it, or use another folder"
            )
        return dict(self.recorded.arguments)

    def check_catalogue(self, catalogue: str) -> None:
        """The job's work is in its own catalogue. Raises UsageError if another one is set."""
        if self.recorded is not None and self.recorded.catalogue != catalogue:
            raise UsageError(
                f"JOBDIR {self.path} holds a job of the catalogue {self.recorded.catalogue}, not {catalogue}: set"
                " IMAGES_STORE and PHX_CATALOGUE_URL as they were, or use another folder"
            )

    def describe(self, recorded: Recorded) -> None:
        """Say what the job is; kept with `begun`. Runs of before stay on record."""
        runs = self.recorded.runs if self.recorded else ()
        self.recorded = replace(recorded, runs=runs)

    def begun(self, run_id: str) -> None:
        """Note a run that begins. Raises StorageError."""
        assert self.recorded is not None
        runs = (*self.recorded.runs, run_id)[-MAX_RUNS:]
        self._write(replace(self.recorded, runs=runs, ending=None))

    def ended(self, ending: str) -> None:
        """Note how the run ended. Raises StorageError."""
        assert self.recorded is not None
        self._write(replace(self.recorded, ending=ending))

    def keep_list(self, data: bytes) -> Path:
        """Keep a list that came by standard input, which can be read only once. Raises StorageError."""
        FolderStore(self.path).replace(KEPT_LIST, [data])
        return self.path / KEPT_LIST

    @property
    def kept_list(self) -> Path | None:
        """The list that came by standard input, if the job has one."""
        path = self.path / KEPT_LIST
        return path if path.is_file() else None

    def _write(self, recorded: Recorded) -> None:
        text = json.dumps({"version": VERSION, **asdict(recorded)}, indent=2, sort_keys=True, ensure_ascii=False)
        FolderStore(self.path).replace(NAME, [text.encode(), b"\n"])
        self.recorded = recorded


def open_folder(path: Path, never_move: Mapping[str, Path]) -> JobDirectory:
    """The job folder at `path`, made when the run begins. Whatever else is there is set aside under a new name.

    `never_move` names folders that must not move with it (the pictures, the working folder). Raises UsageError.
    """
    with _as_usage(path):
        if path.exists() and not path.is_dir():
            raise UsageError(f"JOBDIR {path} is no folder: name another one")
        _check_writable(path)
        if not path.exists() or _is_empty(path):
            return JobDirectory(path, None)
        try:
            return JobDirectory(path, _recorded(path / NAME))
        except ValueError as error:
            return JobDirectory(path, None, (_set_aside(path, str(error), never_move),))


def _check_writable(path: Path) -> None:
    """The folder, or the nearest one above it that is there, takes new files; nothing is made yet."""
    there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"JOBDIR {path} cannot be written: name a folder that this user may write")


def recorded_settings(path: Path) -> dict[str, str]:
    """The settings that the job at `path` was begun with; none where there is no job that could be read."""
    try:
        recorded = _recorded(path / NAME)
    except (ValueError, OSError, UsageError):
        return {}
    return {name: value for name, value in recorded.settings.items() if is_kept(name)}


def is_kept(setting: str) -> bool:
    """Whether a setting of the command line goes into `job.json`: what decides on the work, and never a secret."""
    return setting == "IMAGES_STORE" or (setting.startswith("PHX_") and setting not in NOT_KEPT)


def _recorded(file: Path) -> Recorded:
    """Read `job.json`. Raises ValueError saying what is wrong with it, UsageError for a newer form."""
    if not file.is_file():
        raise ValueError("was not made by phx_scraper")
    try:
        with file.open("rb") as stream:
            read = json.loads(stream.read(MAX_BYTES))
    except (ValueError, RecursionError):
        raise ValueError("holds a damaged job.json") from None
    if not isinstance(read, dict) or not isinstance(read.get("version"), int):
        raise ValueError("holds a damaged job.json")
    if read["version"] > VERSION:
        raise UsageError(f"JOBDIR {file.parent} was written by a newer phx_scraper: install that one, or use another")
    if not _is_sound(read):
        raise ValueError("holds a damaged job.json")
    values = {name: read[name] for name in Recorded.__slots__}
    return Recorded(**{**values, "runs": tuple(values["runs"])})


def _is_sound(read: dict[str, Any]) -> bool:
    return (
        all(isinstance(read.get(name), str) and read[name] for name in ("spider", "catalogue"))
        and all(_are_texts(read.get(name)) for name in ("arguments", "settings"))
        and isinstance(read.get("runs"), list)
        and all(isinstance(run, str) for run in read["runs"])
        and isinstance(read.get("ending", ""), str | None)
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)


def _set_aside(path: Path, why: str, never_move: Mapping[str, Path]) -> str:
    for name, place in never_move.items():
        if place.resolve().is_relative_to(path.resolve()):
            raise UsageError(f"JOBDIR {path} {why}, and {name} is inside it: name another folder for the job")
    for number in itertools.count(1):
        aside = path.with_name(f"{path.name}.set-aside-{number}")
        if not aside.exists():
            break
    path.rename(aside)
    return f"JOBDIR {path} {why}: it was set aside as {aside}. The catalogue knows what is done, so nothing is lost."


def _is_empty(path: Path) -> bool:
    # A first run that was killed before its first note leaves no more than these.
    return all(entry.name in {paths.TEMPORARY, KEPT_LIST} for entry in path.iterdir())


def _shown(arguments: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(arguments.items())) or "none"


@contextlib.contextmanager
def _as_usage(path: Path) -> Iterator[None]:
    """Trouble with the folder at start is wrong use."""
    try:
        with reported("use the job folder", path):
            yield
    except StorageError as error:
        raise UsageError(f"{error} (setting JOBDIR)") from error

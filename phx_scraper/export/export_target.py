"""Where an export goes: made beside its final place and renamed, so that there is a whole export or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phx_scraper.errors import UsageError
from phx_scraper.storage.files.disk_errors import reported


def checked_target(out: str, store: Path, is_folder: bool, replace: bool) -> Path:
    """The place as an absolute path. Raises UsageError for one that is in use, or that holds or is inside the store."""
    place = Path(os.path.realpath(Path(out).expanduser()))
    inside = Path(os.path.realpath(store))
    if place == inside or place in inside.parents or inside in place.parents:
        raise UsageError(f"--out {out} holds the store {store}, or lies in it: name a place outside it")
    if place.is_dir() and not is_folder:
        raise UsageError(f"--out {out} is a folder: name a file")
    if place.exists() and is_folder and not place.is_dir():
        raise UsageError(f"--out {out} is a file: name a folder")
    if place.exists() and not replace and not (is_folder and not any(place.iterdir())):
        raise UsageError(f"--out {out} is there already: name another place, or add --replace")
    return place


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """An empty folder that takes the name `place` when all is written. Raises StorageError, DiskFull."""
    with _beside(place) as made:
        yield made
        with reported("replace", place):
            if place.exists():
                place.rename(made.with_name("replaced"))
            made.rename(place)


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """A path that takes the name `place` when all is written. Raises StorageError, DiskFull."""
    with _beside(place) as made:
        written = made / "written"
        yield written
        with reported("write", place):
            written.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    with reported("make a folder beside", place):
        place.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{place.name[:80]}-", dir=place.parent))
        made = work / "made"
        made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(work, ignore_errors=True)

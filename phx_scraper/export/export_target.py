"""Where an export goes: made beside its final place and renamed, so that there is a whole export or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.model.store_place import local_folder
from phx_scraper.storage.files import paths, temp_files
from phx_scraper.storage.files.disk_errors import reported
from phx_scraper.storage.process_identity import is_dead

_PREFIX = ".phx-export-"
_REPLACED = "replaced"


def checked_target(out: str, config: Config, is_folder: bool, replace: bool) -> Path:
    """The place as an absolute path. Raises UsageError for one that is in use, or that holds or is inside the store."""
    if out == "-":
        raise UsageError("--out -: an export is written to a file or folder, so that it is whole or absent: name one")
    place = Path(os.path.realpath(Path(out).expanduser()))
    store = local_folder(config.images_store)
    inside = Path(os.path.realpath(store))
    if place == inside or place in inside.parents or inside in place.parents:
        raise UsageError(f"--out {out} holds the store {store}, or lies in it: name a place outside it")
    _check_catalogue(out, place, config.catalogue)
    if place.is_dir() and not is_folder:
        raise UsageError(f"--out {out} is a folder: name a file")
    if place.exists() and is_folder and not place.is_dir():
        raise UsageError(f"--out {out} is a file: name a folder")
    if place.exists() and not replace and not (is_folder and not any(place.iterdir())):
        raise UsageError(f"--out {out} is there already: name another place, or add --replace")
    if is_folder and place.is_dir():
        _check_is_export(out, place)
    return place


def _check_catalogue(out: str, place: Path, catalogue: CataloguePlace) -> None:
    if not isinstance(catalogue, Path):
        return
    real = Path(os.path.realpath(catalogue))
    if place in real.parents or (place.name.startswith(real.name) and place.parent == real.parent):
        raise UsageError(f"--out {out} is, or holds, the catalogue {catalogue}: name another place")


def _check_is_export(out: str, place: Path) -> None:
    """A folder is replaced only where it holds what an export wrote, and nothing of a person's."""
    for path in sorted(place.rglob("*")):
        is_ours = paths.is_home_picture(path.name) or path.name == paths.HOME_MANIFEST_NAME
        is_home = path.is_dir() and path.parent == place and (path / paths.HOME_MANIFEST_NAME).is_file()
        if not (is_home or (is_ours and path.is_file() and path.parent.parent == place)):
            name = path.relative_to(place)
            raise UsageError(f"--out {out} holds {name}, which no export wrote: move it away, or name another place")


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """An empty folder that takes the name `place` when all is written. Raises StorageError, DiskFull."""
    with _beside(place) as work:
        made = work / "made"
        with reported("write", place):
            made.mkdir()
            yield made
            _swap(place, made, work / _REPLACED / place.name)


def _swap(place: Path, made: Path, kept: Path) -> None:
    if place.exists():
        kept.parent.mkdir()
        place.rename(kept)
    try:
        made.rename(place)
    except OSError:
        if kept.exists():
            kept.rename(place)
        raise


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """A path that takes the name `place` when all is written. Raises StorageError, DiskFull."""
    with _beside(place) as work:
        written = work / "written"
        with reported("write", place):
            yield written
            written.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    with reported("make a folder beside", place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(place.parent)
        work = place.parent / f"{_PREFIX}{temp_files.name(temp_files.owner())}"
        work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_up(folder: Path) -> None:
    """Remove what killed exports left, and put back what one of them was about to replace."""
    for work in folder.glob(f"{_PREFIX}*"):
        if not is_dead(unquote(work.name.removeprefix(_PREFIX).rpartition("~")[0])):
            continue
        for kept in (work / _REPLACED).glob("*"):
            if not (folder / kept.name).exists():
                kept.rename(folder / kept.name)
        shutil.rmtree(work, ignore_errors=True)

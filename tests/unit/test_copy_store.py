"""deploy/copy_store.py, by which a store is backed up while crawls work on it."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.storage.files.folder_store import FolderStore

SCRIPT = Path(__file__).parents[2] / "deploy" / "copy_store.py"
ONE, OTHER = "processed/aa/one.png", "processed/bb/other.png"


@pytest.fixture(scope="module")
def copy() -> Any:
    return runpy.run_path(str(SCRIPT))["copy"]


def filled(root: Path) -> None:
    for path in (ONE, OTHER, "metadata/runs/r.json"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(path)


class TakenAway(FolderStore):
    """A crawl replaces a picture by a better copy between the list and the reading."""

    def read(self, path: str) -> bytes:
        if path == ONE:
            self.remove(path)
        return super().read(path)


class Unreadable(FolderStore):
    def read(self, path: str) -> bytes:
        if path.startswith("processed"):
            raise StorageError(f"Cannot read {path}: the disk is at its end.")
        return super().read(path)


def test_a_picture_that_a_crawl_takes_away_meanwhile_is_left_out(copy: Any, tmp_path: Path) -> None:
    filled(tmp_path / "store")
    target = FolderStore(tmp_path / "copy")
    assert copy(TakenAway(tmp_path / "store"), target) == 2
    assert (target.exists(ONE), target.read(OTHER)) == (False, OTHER.encode())


def test_what_is_there_is_not_read_again(copy: Any, tmp_path: Path) -> None:
    filled(tmp_path / "store")
    target = FolderStore(tmp_path / "copy")
    assert copy(FolderStore(tmp_path / "store"), target) == 3
    # Records of runs are not named by their content, so they are copied each time.
    assert copy(Unreadable(tmp_path / "store"), target) == 1


def test_what_cannot_be_read_ends_it(copy: Any, tmp_path: Path) -> None:
    filled(tmp_path / "store")
    with pytest.raises(StorageError, match="the disk is at its end"):
        copy(Unreadable(tmp_path / "store"), FolderStore(tmp_path / "copy"))

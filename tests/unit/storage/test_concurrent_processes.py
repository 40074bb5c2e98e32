"""Several processes on one catalogue: each visit is done once, nothing is lost, killed ones are replaced."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_places import catalogue_at
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, homes

pytestmark = pytest.mark.usefixtures("database")


def start(root: Path, log: Path, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.storage.concurrent_process", str(root), str(log), mode],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def end_of(process: subprocess.Popen[str]) -> int:
    with process:
        return process.wait(300)


def state(root: Path) -> Snapshot:
    catalogue = catalogue_at(root / paths.CATALOGUE)
    taken = snapshot(catalogue, FolderStore(root))
    catalogue.close()
    return taken


def test_four_processes_do_each_visit_once_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    root, log = tmp_path / "data", tmp_path / "log"
    held = start(root, log, "hold")
    assert held.stdout is not None
    assert held.stdout.readline() == "holding\n"
    running = [start(root, log, "collect") for _ in range(3)]
    held.kill()
    end_of(held)
    assert [end_of(process) for process in running] == [0, 0, 0]
    fetched = Counter(log.read_text(encoding="utf-8").splitlines())
    assert len(fetched) == 4 * len(SOURCES) * 5
    assert set(fetched.values()) == {1}
    Collector(tmp_path / "alone", fsync=False).run(homes())
    assert differences(state(tmp_path / "alone"), state(root)) == []


def test_storing_and_removing_one_picture_at_once_never_loses_it(tmp_path: Path) -> None:
    root = tmp_path / "data"
    collector = Collector(root, show=lambda _source: [Shown("a", "front")])
    collector.begin(homes(), ["zillow"])
    collector.catalogue.close()
    running = [start(root, tmp_path / "log", str(number)) for number in range(3)]
    assert [end_of(process) for process in running] == [0, 0, 0]
    files = [path for path in state(root).files if path.startswith("processed/")]
    assert len(files) == 1

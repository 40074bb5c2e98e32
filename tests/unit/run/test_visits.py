"""The order in which a visit's end reaches folders and store."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import DiskFull
from phx_scraper.run.arguments import prepare
from phx_scraper.run.endings import Ending
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.store import FileStore
from tests.unit.storage.catalogue_helpers import Collector, Shown, decide, homes

HOME = homes()[0]
SOURCES = ("zillow", "redfin")


class NoMoreFolders(Disk):
    """Has no space left for anything below `homes/`, once it is full."""

    def __init__(self) -> None:
        self.is_full = False

    def rename(self, source: Path, target: Path) -> None:
        if self.is_full and "homes" in target.parts:
            raise OSError(28, "No space left on device")
        super().rename(source, target)


@pytest.fixture
def disk() -> NoMoreFolders:
    return NoMoreFolders()


@pytest.fixture
def visits(tmp_path: Path, disk: NoMoreFolders) -> VisitService:
    made = Collector(tmp_path, fsync=False)
    job = prepare("all", SOURCES, {"address": HOME.address}, read_config({"IMAGES_STORE": tmp_path}))
    visits = VisitService(job, made.catalogue, FileStore(tmp_path, fsync=False, disk=disk))
    visits.decide = decide  # type: ignore[assignment]
    return visits


def take(visits: VisitService, source: str, shown: Shown) -> None:
    """Visit the home at a source that shows one photo, up to the end of the visit."""
    made = Collector(visits.files.root, fsync=False, run_id="run1")
    made.show = lambda _source: [shown]
    lease = made.lease(HOME.property_hash, source)
    assert lease is not None
    made.finish = lambda lease, outcome="ok": visits.finish(lease, Ending(outcome), None)  # type: ignore[method-assign,assignment]
    try:
        made.collect(lease)
    finally:
        made.catalogue.close()


def test_a_folder_never_shows_what_the_store_has_removed(visits: VisitService, disk: NoMoreFolders) -> None:
    visits.register("run1", lambda: False)
    take(visits, "zillow", Shown("s", "front", 500))
    (shown,) = visits.files.root.glob("homes/*/img_*.png")
    disk.is_full = True
    with pytest.raises(DiskFull):
        take(visits, "redfin", Shown("l", "front", 2000))
    (left,) = visits.files.root.glob("homes/*/img_*.png")
    assert left == shown
    assert any(left.samefile(path) for path in visits.files.root.glob("processed/*/*.png"))
    disk.is_full = False
    visits.register("run2", lambda: False)
    (renewed,) = visits.files.root.glob("homes/*/img_*.png")
    (kept,) = visits.files.root.glob("processed/*/*.png")
    assert renewed.samefile(kept)
    assert b"from 2000" in renewed.read_bytes()
    visits.catalogue.close()

"""The order in which a visit's end reaches folders and store."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from phx_scraper.endings import Ending
from phx_scraper.errors import DiskFull
from phx_scraper.job import prepare
from phx_scraper.keeping.keeper import Keeper
from phx_scraper.storage.disk import Disk
from phx_scraper.storage.files import FileStore
from tests.unit.storage.collecting import Collector, Shown, decide, homes

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
def keeper(tmp_path: Path, disk: NoMoreFolders) -> Keeper:
    made = Collector(tmp_path, fsync=False)
    settings = Settings()
    settings.setmodule("phx_scraper.settings")
    settings.set("IMAGES_STORE", str(tmp_path))
    job = prepare("all", SOURCES, {"address": HOME.address}, settings)
    keeper = Keeper(job, made.catalogue, FileStore(tmp_path, fsync=False, disk=disk))
    keeper.decide = decide  # type: ignore[assignment]
    return keeper


def take(keeper: Keeper, source: str, shown: Shown) -> None:
    """Visit the home at a source that shows one photo, up to the end of the visit."""
    made = Collector(keeper.files.root, fsync=False, run_id="run1")
    made.show = lambda _source: [shown]
    lease = made.lease(HOME.property_hash, source)
    assert lease is not None
    made.finish = lambda lease, outcome="ok": keeper.finish(lease, Ending(outcome), None)  # type: ignore[method-assign,assignment]
    try:
        made.collect(lease)
    finally:
        made.catalogue.close()


def test_a_folder_never_shows_what_the_store_has_removed(keeper: Keeper, disk: NoMoreFolders) -> None:
    keeper.register("run1", lambda: False)
    take(keeper, "zillow", Shown("s", "front", 500))
    (shown,) = keeper.files.root.glob("homes/*/img_*.png")
    disk.is_full = True
    with pytest.raises(DiskFull):
        take(keeper, "redfin", Shown("l", "front", 2000))
    (left,) = keeper.files.root.glob("homes/*/img_*.png")
    assert left == shown
    assert any(left.samefile(path) for path in keeper.files.root.glob("processed/*/*.png"))
    disk.is_full = False
    keeper.register("run2", lambda: False)
    (renewed,) = keeper.files.root.glob("homes/*/img_*.png")
    (kept,) = keeper.files.root.glob("processed/*/*.png")
    assert renewed.samefile(kept)
    assert b"from 2000" in renewed.read_bytes()
    keeper.catalogue.close()

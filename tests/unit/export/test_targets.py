"""An export is whole or absent, and what was in its place stays where it fails."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.export.export_target import new_file, new_folder
from phx_scraper.export.picture_folders import PictureForm, write_folders
from phx_scraper.export.tables import WRITERS
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.files.paths import CATALOGUE
from tests.unit.storage.catalogue_helpers import Collector, homes


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collector:
    collector = Collector(tmp_path_factory.mktemp("export") / "data", fsync=False)
    collector.run(homes(2))
    return collector


def shown(collected: Collector) -> list[HomeGallery]:
    """All homes, with nothing left open that would be written to while no file may be large."""
    with closing(Catalogue.open(collected.root / CATALOGUE)) as catalogue, catalogue.reading() as tx:
        return list(galleries(tx))


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a disk with so many bytes left: writing beyond fails (setrlimit(2), RLIMIT_FSIZE)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", WRITERS)
def test_a_full_disk_leaves_the_earlier_table(collected: Collector, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    out.write_text("earlier")
    found = shown(collected)
    with largest_file(700), pytest.raises(StorageError, match=r"/out \("), new_file(out) as path:
        WRITERS[form](path, found, False)
    assert [place.name for place in tmp_path.iterdir()] == ["out"]
    assert out.read_text() == "earlier"


def test_a_full_disk_leaves_the_earlier_folders(collected: Collector, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "home").mkdir(parents=True)
    found = shown(collected)
    with largest_file(50), pytest.raises(StorageError, match=r"/out \("), new_folder(out) as folder:
        write_folders(folder, collected.files, found, PictureForm())
    assert [place.name for place in tmp_path.iterdir()] == ["out"]
    assert [place.name for place in out.iterdir()] == ["home"]


def test_what_cannot_be_put_in_its_place_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    (out / "home").mkdir(parents=True)
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == "made":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(StorageError), new_folder(out) as folder:
        (folder / "other").mkdir()
    assert [place.name for place in out.iterdir()] == ["home"]
    assert [place.name for place in tmp_path.iterdir()] == ["out"]

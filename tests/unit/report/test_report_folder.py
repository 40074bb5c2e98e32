"""A report in a folder of its own: every link leads to a file, the store stays as it is, nothing of a person's goes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

from phx_scraper.errors import UsageError
from phx_scraper.report.report_folder import ReportFolder
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.files import paths
from tests.catalogue_calls import write
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore
from tests.unit.storage.catalogue_helpers import Shown

ODD = ["report", "all #1 100% ?a=b", "Häuser/für Ömer"]


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin([HOME, OTHER])
    store.collect_as("zillow", Shown("a", "front"), Shown("b", "kitchen"))
    store.collect_as("redfin", Shown("c", "front", 2048), home=OTHER)
    return store


def dead_links(folder: Path) -> list[str]:
    """Links of the report's pages that lead to no file."""
    found = []
    for page in folder.rglob("*.html"):
        tree = lxml.html.fromstring(page.read_bytes())
        for link in {*tree.xpath("//@href"), *tree.xpath("//img/@src")}:
            parts = urlsplit(link)
            if (
                not parts.scheme
                and parts.path
                and not Path(os.path.normpath(page.parent / unquote(parts.path))).is_file()
            ):
                found.append(f"{page.name}: {link}")
    return found


def pictures(folder: Path) -> int:
    pages = [lxml.html.fromstring(page.read_bytes()) for page in folder.rglob("*.html")]
    return sum(len(page.xpath("//img[@src]")) for page in pages)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "catalogue" not in path.name
    }


@pytest.mark.parametrize("name", ODD)
def test_it_leads_into_the_store_and_writes_nothing_there(begun: PlantedStore, tmp_path: Path, name: str) -> None:
    before = contents(begun.root)
    folder = tmp_path / name
    begun.report(folder=ReportFolder(folder))
    assert (folder / "index.html").is_file()
    assert pictures(folder) >= 5
    assert dead_links(folder) == []
    assert contents(begun.root) == before
    assert sorted(path.name for path in folder.iterdir()) == [
        *("duplicates-1.html", "homes", "index.html", "report.json", "review.html", "runs.html")
    ]


@pytest.mark.parametrize("name", ODD)
def test_with_pictures_it_can_be_handed_on(begun: PlantedStore, tmp_path: Path, name: str) -> None:
    begun.report(folder=ReportFolder(tmp_path / name, with_pictures=True))
    away = Path(shutil.move(tmp_path / name, tmp_path / "elsewhere"))
    shutil.rmtree(begun.root / "processed")
    shutil.rmtree(begun.root / "thumbs")
    assert pictures(away) >= 5
    assert dead_links(away) == []
    assert all(os.path.realpath(path).startswith(f"{away}/") for path in away.rglob("*"))


def test_only_what_changed_is_written_again(begun: PlantedStore, tmp_path: Path) -> None:
    for folder in (ReportFolder(tmp_path / "a"), ReportFolder(tmp_path / "b", with_pictures=True)):
        assert len(begun.report(folder=folder)) == 6
        assert begun.report(folder=folder) == begun.report(folder=folder, look_again=True) == []


def test_what_is_no_longer_shown_goes(begun: PlantedStore, tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path / "out", with_pictures=True)
    begun.report(folder=folder)
    before = set(contents(folder.path))
    begun.end()
    write(begun.catalogue, forget_homes, [OTHER.property_hash])
    begun.report(folder=folder)
    gone = before - set(contents(folder.path))
    assert {name.split("/")[0] for name in gone} == {"homes", "pictures"}
    assert len(gone) == 4  # page, picture, original, thumbnail
    assert dead_links(folder.path) == []


def test_copies_go_where_they_are_not_wanted_any_more(begun: PlantedStore, tmp_path: Path) -> None:
    begun.report(folder=ReportFolder(tmp_path / "out", with_pictures=True))
    begun.report(folder=ReportFolder(tmp_path / "out"))
    assert not (tmp_path / "out" / "pictures").exists()
    assert dead_links(tmp_path / "out") == []


def test_of_another_store_it_is_made_anew(begun: PlantedStore, tmp_path: Path) -> None:
    begun.report(folder=ReportFolder(tmp_path / "out"))
    other = PlantedStore(tmp_path / "another", fsync=False)
    other.begin([HOME, OTHER])
    other.collect_as("zillow", Shown("a", "garden"), Shown("b", "bath"))
    other.collect_as("redfin", Shown("c", "garden", 2048), home=OTHER)
    other.report(folder=ReportFolder(tmp_path / "out"))
    other.catalogue.close()
    shutil.rmtree(begun.root)
    assert dead_links(tmp_path / "out") == []


@pytest.mark.parametrize("kept", ["notes.txt", "index.html", "report.json"])
def test_a_folder_of_a_person_is_refused_and_left_as_it_is(begun: PlantedStore, tmp_path: Path, kept: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / kept).write_text("{}")
    for is_with_pictures in (False, True):
        with pytest.raises(UsageError, match="no report"):
            begun.report(folder=ReportFolder(folder, is_with_pictures))
    assert contents(folder) == {kept: b"{}"}


def test_a_file_or_a_folder_of_the_store_is_refused(begun: PlantedStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(begun.root / "homes")
    for place, why in (
        ("file", "is a file"),
        ("link", "in the store"),
        ("data", "in the store"),
        ("data/x", "in the store"),
    ):
        with pytest.raises(UsageError, match=why):
            begun.report(folder=ReportFolder(tmp_path / place))
    assert (tmp_path / "file").read_text() == "mine"


def test_pictures_whose_files_are_gone_are_said_on_the_pages(begun: PlantedStore, tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path / "out")
    begun.report(folder=folder)
    for name in (paths.PROCESSED, paths.RAW, paths.THUMBNAILS):
        shutil.rmtree(begun.root / name)
    begun.report(folder=folder, look_again=True)
    assert pictures(folder.path) == 0
    assert dead_links(folder.path) == []
    home = next((folder.path / "homes").glob("4732*")).read_text()
    assert home.count("The file of this picture is gone") == 2
    assert "The file of its first picture is gone" in (folder.path / "index.html").read_text()

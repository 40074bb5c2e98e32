"""Pages of all homes are made anew where something changed, are whole after any death, and show the latest of two."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.report import report_files
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.report_files import one_writer
from phx_scraper.report.report_folder import ReportFolder
from phx_scraper.report.report_writer import write_report
from phx_scraper.report.runs_page import RUNS
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import atomic_folder, paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_all
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore
from tests.unit.report.test_report_folder import contents
from tests.unit.storage.catalogue_helpers import Shown, process

INDEX = "report/index.html"


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin([HOME, OTHER])
    store.collect_as("zillow", Shown("a", "front"), Shown("b", "kitchen"))
    store.collect_as("redfin", Shown("c", "front", 2048), home=OTHER)
    store.report()
    return store


def made_anew(*_: object) -> list[str]:
    pytest.fail("made anew")


def test_pages_of_all_homes_are_not_even_made_where_nothing_changed(
    begun: PlantedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phx_scraper.report.report_writer.WRITERS", (made_anew,))
    begun.another_run(())
    assert begun.report() == [RUNS]
    assert begun.report() == []
    with pytest.raises(pytest.fail.Exception):
        begun.report(look_again=True)


@pytest.mark.parametrize("left", [None, b"", b"<!doctype html>"])
@pytest.mark.parametrize("place", [INDEX, "report/review.html", "report/duplicates-1.html"])
def test_one_that_is_gone_or_was_cut_off_is_made_again(begun: PlantedStore, place: str, left: bytes | None) -> None:
    whole = begun.files.read(place)
    begun.files.remove(place)
    if left is not None:
        begun.files.replace(place, (left,))
    assert begun.report() == [place]
    assert begun.files.read(place) == whole


@pytest.mark.parametrize("left", [None, b"", b"[]", b'{"written_by": "scrapy report", "changes": "1"}', b"\xff"])
def test_without_a_state_that_can_be_read_all_is_made_anew(begun: PlantedStore, left: bytes | None) -> None:
    begun.files.remove(paths.REPORT_STATE)
    if left is not None:
        begun.files.replace(paths.REPORT_STATE, (left,))
    assert begun.report() == [home_page(HOME.slug), home_page(OTHER.slug)]
    assert begun.report() == []


def test_a_catalogue_that_was_brought_back_has_all_pages_made_anew(begun: PlantedStore, tmp_path: Path) -> None:
    """Its homes count their changes again, and would come to the same numbers with other contents."""
    begun.catalogue.close()
    shutil.copytree(begun.root / "metadata", tmp_path / "backup")
    begun.catalogue = Catalogue.open(begun.root / paths.CATALOGUE)
    begun.collect_as("zillow", Shown("a", "front"), Shown("d", "garden"))
    begun.report()
    begun.catalogue.close()
    shutil.rmtree(begun.root / "metadata")
    shutil.copytree(tmp_path / "backup", begun.root / "metadata")
    begun.catalogue = Catalogue.open(begun.root / paths.CATALOGUE)
    assert home_page(HOME.slug) in begun.report()
    begun.collect_as("zillow", Shown("a", "front"), Shown("e", "pool"))
    assert home_page(HOME.slug) in begun.report()


def without_marks(files: dict[str, bytes]) -> dict[str, bytes]:
    """The pages but for what differs between any two reports."""
    return {name: data.rpartition(b"<!-- ")[0] or data for name, data in files.items() if name != "report.json"}


class _Dying(Disk):
    """Ends the process, as kill -9 does, at the n-th call that changes files."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(9)

    def write(self, descriptor: int, chunks: object) -> None:
        self._count()
        super().write(descriptor, chunks)  # type: ignore[arg-type]

    def rename(self, source: Path, target: Path) -> None:
        self._count()
        super().rename(source, target)

    def unlink(self, place: Path) -> None:
        self._count()
        super().unlink(place)


def killed(root: Path, folder: ReportFolder | None, calls: int) -> bool:
    """Write the report in a process that dies after so many calls; False where it came to its end."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            catalogue, disk = Catalogue.open(root / paths.CATALOGUE), _Dying(calls)
            atomic_folder.Disk = lambda: disk  # type: ignore[assignment, misc] # of this process, which ends here
            write_report(catalogue, FolderStore(root), folder=folder)
            os._exit(0)
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 9}
    return code == 9


@pytest.mark.parametrize("is_outside", [False, True])
def test_killed_anywhere_the_next_report_is_that_of_an_undisturbed_one(
    begun: PlantedStore, tmp_path: Path, *, is_outside: bool
) -> None:
    folder = ReportFolder(tmp_path / "out", with_pictures=True) if is_outside else None
    place = folder.path if folder else begun.root / "report"
    begun.report(folder=folder)
    whole = without_marks(contents(place))
    shutil.rmtree(place)
    calls = 0
    while killed(begun.root, folder, calls):
        for page in place.rglob("*.html"):
            assert page.read_bytes().startswith(b"<!doctype html>")
        begun.report(folder=folder)
        assert without_marks(contents(place)) == whole
        shutil.rmtree(place)
        calls += 1
    assert calls >= 12


def test_a_full_disk_in_a_folder_of_its_own_is_a_sentence(begun: PlantedStore, tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, descriptor: int, chunks: object) -> None:
            raise OSError(28, os.strerror(28))

    class FullStore(FolderStore):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder, disk=Full())

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("phx_scraper.report.report_folder.FolderStore", FullStore)
        with pytest.raises(StorageError, match="No space left to write"):
            begun.report(folder=ReportFolder(tmp_path / "out", with_pictures=True))
    assert len(begun.report(folder=ReportFolder(tmp_path / "out", with_pictures=True))) == 6


def test_the_second_of_two_reports_waits_and_shows_the_latest(begun: PlantedStore) -> None:
    written: list[str] = []
    with one_writer(begun.root):
        second = threading.Thread(target=lambda: written.extend(write_report(begun.catalogue, begun.files)))
        second.start()
        begun.collect_as("zillow", Shown("a", "front"), facts={"price": 490000})
    second.join()
    assert home_page(HOME.slug) in written
    assert "$490,000" in begun.files.read(INDEX).decode()


def test_one_that_never_ends_is_waited_for_only_so_long(begun: PlantedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_files, "_WAIT", -1.0)
    with one_writer(begun.root), pytest.raises(StorageError, match="Another report is being written"):
        begun.report()
    assert begun.report() == []


def test_a_catalogue_that_was_made_anew_has_all_pages_made_anew(begun: PlantedStore) -> None:
    begun.end()
    write_all(begun.catalogue, begun.files)
    begun.report()
    begun.catalogue.close()
    for file in (begun.root / "metadata").glob("catalogue.sqlite*"):
        file.unlink()
    rebuild(begun.root / paths.CATALOGUE, begun.files, process)
    assert not begun.files.exists(paths.REPORT_STATE)
    begun.catalogue = Catalogue.open(begun.root / paths.CATALOGUE)
    assert {home_page(HOME.slug), home_page(OTHER.slug)} <= set(begun.report())

"""Only what changed is written again, whole or not at all, and what is gone goes."""

from __future__ import annotations

import os

import pytest

from phx_scraper.errors import StorageError
from phx_scraper.report import page
from phx_scraper.report.page_marks import home_page
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.files.disk import Disk
from tests.catalogue_calls import write
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore
from tests.unit.storage.catalogue_helpers import Shown, homes

INDEX, RUNS = "report/index.html", "report/runs.html"
# Pages of all homes, which are written whatever changed.
OVERVIEWS = ["report/duplicates-1.html", "report/review.html", RUNS, INDEX]


@pytest.fixture
def written(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    for number, home in enumerate(homes()):
        store.collect_as("zillow", Shown("a", f"front-{number}"), home=home)
    store.report()
    return store


def test_the_first_report_writes_a_page_for_each_home(written: PlantedStore) -> None:
    assert sorted(written.written) == sorted([*OVERVIEWS, *(home_page(home.slug) for home in homes())])
    assert all(written.files.exists(place) for place in written.written)


def test_nothing_is_written_where_nothing_changed(written: PlantedStore) -> None:
    assert written.report() == []
    written.another_run()
    assert written.report() == [RUNS]
    assert written.report() == []


def test_a_home_that_changed_is_written_again_and_no_other(written: PlantedStore) -> None:
    written.collect_as("redfin", Shown("b", "kitchen"))
    assert written.report() == [home_page(HOME.slug), INDEX, RUNS]


@pytest.mark.parametrize("left", [None, b"", b"<!doctype html><title>cut"])
def test_a_page_that_is_gone_or_was_cut_is_written_again(written: PlantedStore, left: bytes | None) -> None:
    place = home_page(OTHER.slug)
    whole = written.files.read(place)
    written.files.remove(place)
    if left is not None:
        written.files.replace(place, (left,))
    assert written.report() == [place]
    assert written.files.read(place) == whole


def test_a_page_follows_its_neighbours(written: PlantedStore) -> None:
    written.end()
    write(written.catalogue, forget_homes, [OTHER.property_hash])
    places = written.report()
    assert home_page(OTHER.slug) not in places
    assert not written.files.exists(home_page(OTHER.slug))
    for home in homes():
        if home.slug != OTHER.slug:
            assert OTHER.slug not in written.files.read(home_page(home.slug)).decode()


def test_pages_of_another_form_are_all_written_again(written: PlantedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phx_scraper.report.page_marks.form", lambda: "another")
    assert len(written.report()) == len(homes())
    assert page.form() != "another"


def test_a_persons_own_files_stay(written: PlantedStore) -> None:
    written.files.replace("report/homes/notes.txt", (b"mine",))
    written.report()
    assert written.files.read("report/homes/notes.txt") == b"mine"


def test_a_full_disk_leaves_the_old_page_and_the_next_report_mends_it(written: PlantedStore) -> None:
    class Full(Disk):
        def fsync(self, descriptor: int) -> None:
            raise OSError(28, os.strerror(28))

        def rename(self, source: object, target: object) -> None:
            raise OSError(28, os.strerror(28))

    before = written.files.read(home_page(HOME.slug))
    written.collect_as("redfin", Shown("b", "kitchen"))
    usual, written.files.disk = written.files.disk, Full()
    with pytest.raises(StorageError):
        written.report()
    assert written.files.read(home_page(HOME.slug)) == before
    written.files.disk = usual
    assert home_page(HOME.slug) in written.report()

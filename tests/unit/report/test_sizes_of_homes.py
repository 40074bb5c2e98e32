"""A home without a photo, one with 680, and thousands of homes: each page is whole and no longer than it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from bench.catalogue_driver import CatalogueDriver
from phx_scraper.report.index_page import MOST_ON_A_PAGE, PART
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.files.folder_store import FolderStore
from tests.unit.report.planted_store import OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown


def parsed(path: Path) -> Any:
    return lxml.html.fromstring(path.read_bytes().decode())


def test_a_home_without_photos_has_a_page_that_says_so(store: PlantedStore) -> None:
    store.begin([OTHER])
    store.collect_as("zillow", home=OTHER, outcome="not_found")
    page = store.home_page(OTHER)
    assert texts(page, "#photos .none") == ["No photo of this home is kept. Below stands how each source answered."]
    assert len(texts(page, ".visits li")) >= 1
    assert texts(store.page(), ".card .no-picture") == ["No photo"]


def test_a_home_of_680_photos_shows_them_all_and_loads_few(store: PlantedStore) -> None:
    store.begin([OTHER])
    store.collect_as("zillow", *(Shown(f"k{place}", f"scene-{place}") for place in range(680)), home=OTHER)
    page = store.home_page(OTHER)
    pictures = page.cssselect(".photo img")
    assert len(pictures) == 680
    assert all(picture.get("loading") == "lazy" and picture.get("width") for picture in pictures)
    assert [photo.get("id") for photo in page.cssselect(".photo")] == [f"p{place}" for place in range(1, 681)]
    assert (store.root / "report" / "homes" / f"{OTHER.slug}.html").stat().st_size < 1_500_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home more than an index of one page holds, of one photo each, without the files of these."""
    store = tmp_path_factory.mktemp("many")
    driver = CatalogueDriver(store / "metadata" / "catalogue.sqlite", 1)
    driver.collect_home()
    driver.fill(MOST_ON_A_PAGE + 1)
    write_report(driver.catalogue, FolderStore(store, fsync=False))
    driver.close()
    return store / "report"


def test_of_very_many_homes_each_has_a_page_and_the_index_has_parts(many: Path) -> None:
    assert len(list((many / "homes").glob("*.html"))) == MOST_ON_A_PAGE + 1
    parts = [parsed(many / name) for name in ("index.html", *(f"index-{part}.html" for part in (2, 3)))]
    assert [len(part.cssselect(".card")) for part in parts] == [PART, PART, 1]
    links = [link for part in parts for link in part.xpath("//h2/a/@href")]
    assert len(set(links)) == MOST_ON_A_PAGE + 1
    assert all((many / link).is_file() for link in links)
    assert sorted(path.name for path in many.glob("index*")) == sorted(
        ["index.html", *(f"index-{part}.html" for part in (2, 3))]
    )

from __future__ import annotations

from pathlib import Path

from bench import json_rewrite
from bench.catalogue_driver import PHOTOS, CatalogueDriver
from tests.catalogue_calls import open_galleries


def test_the_synthetic_catalogue_is_like_a_real_one_and_stays_usable(tmp_path: Path) -> None:
    driver = CatalogueDriver(tmp_path / "catalogue.sqlite")
    driver.collect_home()
    driver.fill(5 * PHOTOS)
    assert driver.photos == 5 * PHOTOS
    driver.collect_home()
    with open_galleries(driver.catalogue) as galleries:
        homes = list(galleries)
    assert [len(home.kept) for home in homes] == [PHOTOS] * 6
    assert len({photo.image.raw_sha256 for home in homes for photo in home.kept if photo.image}) == 6 * PHOTOS
    assert {home.visits["zillow"].outcome for home in homes} == {"ok"}
    assert len(driver.near_duplicates) == 6 * PHOTOS
    with driver.catalogue.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("SELECT count(*) FROM changes").scalar_one() == 6 * PHOTOS
    again = CatalogueDriver(tmp_path / "catalogue.sqlite")
    assert len(again.near_duplicates) == 6 * PHOTOS, "all images are recorded as compared"
    again.close()
    driver.close()


def test_a_json_file_takes_longer_the_more_it_holds(tmp_path: Path) -> None:
    few, many = (json_rewrite.cost(tmp_path / "all.json", size, 3) for size in (100, 10_000))
    assert many > 10 * few
    assert list(tmp_path.iterdir()) == []

from __future__ import annotations

from pathlib import Path

from bench import json_rewrite
from bench.collecting import PHOTOS, Collecting
from tests.catalogue_calls import open_galleries


def test_ballast_is_as_real_homes_are_and_bookkeeping_goes_on_beside_it(tmp_path: Path) -> None:
    collecting = Collecting(tmp_path / "catalogue.sqlite")
    collecting.home()
    collecting.fill(5 * PHOTOS)
    assert collecting.photos == 5 * PHOTOS
    collecting.home()
    with open_galleries(collecting.catalogue) as galleries:
        homes = list(galleries)
    assert [len(home.kept) for home in homes] == [PHOTOS] * 6
    assert len({photo.image.raw_sha256 for home in homes for photo in home.kept if photo.image}) == 6 * PHOTOS
    assert {home.visits["zillow"].outcome for home in homes} == {"ok"}
    assert len(collecting.near_duplicates) == 6 * PHOTOS
    with collecting.catalogue.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("SELECT count(*) FROM changes").scalar_one() == 6 * PHOTOS
    again = Collecting(tmp_path / "catalogue.sqlite")
    assert len(again.near_duplicates) == 6 * PHOTOS, "all of it is noted as compared"
    again.close()
    collecting.close()


def test_a_json_file_takes_longer_the_more_it_holds(tmp_path: Path) -> None:
    few, many = (json_rewrite.cost(tmp_path / "all.json", size, 3) for size in (100, 10_000))
    assert many > 10 * few
    assert list(tmp_path.iterdir()) == []

"""A file that is in the way of a photo's is looked into before it is taken for that photo's."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from phx_scraper.config.reading import read_config
from phx_scraper.run.photo_file import PhotoFile
from phx_scraper.storage.files import paths
from tests.unit.storage.catalogue_helpers import THUMBNAIL, Collector, picture, process

URL = "https://zillow.example/front/1000/a"
MADE = picture(URL)


def photo_file(store: Collector) -> PhotoFile:
    settings = Settings()
    settings.setmodule("phx_scraper.settings")
    settings.set("IMAGES_STORE", str(store.root))
    found = PhotoFile(MADE.raw, read_config(settings), process)
    found.process(store.catalogue, store.files)
    return found


@pytest.mark.parametrize("which", ["original", "picture"])
@pytest.mark.parametrize("damage", ["same size", "shorter", "empty"])
def test_a_damaged_file_is_written_anew_and_named(collector: Collector, which: str, damage: str) -> None:
    raw_path = MADE.image.raw_path
    assert raw_path is not None
    path, data = (raw_path, MADE.raw) if which == "original" else (MADE.image.path, MADE.png)
    place = collector.root / path
    spoiled = {"same size": bytes([data[0] ^ 1]) + data[1:], "shorter": data[:-1], "empty": b""}[damage]
    collector.files.write(path, spoiled)
    file = photo_file(collector)
    file.write(collector.files)
    assert place.read_bytes() == data
    assert not place.stat().st_mode & 0o222
    assert file.damaged == [path]


@pytest.mark.parametrize("damage", ["shorter", "empty"])
def test_a_thumbnail_that_was_cut_off_is_written_anew_without_a_word(collector: Collector, damage: str) -> None:
    path = paths.thumbnail(MADE.image.content_hash)
    collector.files.write(path, {"shorter": THUMBNAIL[:-1], "empty": b""}[damage])
    file = photo_file(collector)
    file.write(collector.files)
    assert (collector.root / path).read_bytes() == THUMBNAIL
    assert file.damaged == [], "another version of OpenCV writes other bytes, which is no damage"


def test_whole_files_are_left_as_they_are(collector: Collector) -> None:
    photo_file(collector).write(collector.files)
    before = sorted((path, path.stat().st_ino) for path in files_of(collector.root))
    again = photo_file(collector)
    again.write(collector.files)
    again.write(collector.files)
    assert again.damaged == []
    assert sorted((path, path.stat().st_ino) for path in files_of(collector.root)) == before


def test_a_file_that_went_meanwhile_is_put_back(collector: Collector) -> None:
    file = photo_file(collector)
    file.write(collector.files)
    (collector.root / MADE.image.path).unlink()
    thumbnail = collector.root / paths.thumbnail(MADE.image.content_hash)
    thumbnail.unlink()
    file.write(collector.files)
    assert (collector.root / MADE.image.path).read_bytes() == MADE.png
    assert thumbnail.read_bytes() == THUMBNAIL
    assert file.damaged == []


def files_of(root: Path) -> list[Path]:
    return [path for folder in ("processed", "raw") for path in (root / folder).rglob("*") if path.is_file()]

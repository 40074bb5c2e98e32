"""Originals in a home's folder, where they are asked for, and what the list says of a home beside its address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.reconcile.check import check
from phx_scraper.run.restore_homes import restore_homes
from phx_scraper.storage.catalogue import registration
from phx_scraper.storage.catalogue.home_rows import show_originals
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_all, write_stale_homes
from phx_scraper.views.folders import clear_folder
from phx_scraper.views.stale_views import stale_views
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, picture, process
from tests.unit.views.begun_home import FOLDER, HASHES, HOME, A, B, C, begun_home, visit

ORIGINALS = paths.home_originals(HOME.slug)


@pytest.fixture(params=["links", "copies"])
def begun(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Collector]:
    yield from begun_home(tmp_path, has_links=request.param == "links")


def show(collector: Collector, wanted: bool) -> None:
    write(collector.catalogue, show_originals, HASHES, wanted)
    write_stale_homes(collector.catalogue, collector.files)


def manifest(collector: Collector) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(collector.files.read(paths.home_manifest(HOME.slug)))
    return found


def shown(collector: Collector) -> dict[str, str]:
    """Originals in the folder by name, each by its first words."""
    names = collector.files.names(ORIGINALS)
    return {name: collector.files.read(f"{ORIGINALS}/{name}").decode() for name in names}


def assert_well(collector: Collector) -> None:
    write_all(collector.catalogue, collector.files)
    assert list(stale_views(collector.catalogue, collector.files)) == []
    assert check(collector.catalogue, FolderStore(collector.files.root, changes=False), read_share=1).problems == []


def test_originals_come_and_go_with_the_setting(begun: Collector) -> None:
    assert shown(begun) == {}
    show(begun, True)
    assert shown(begun) == {"img_001.jpg": "original of front at 1000", "img_002.jpg": "original of kitchen at 1000"}
    assert [image["original_file"] for image in manifest(begun)["images"]] == [
        "originals/img_001.jpg",
        "originals/img_002.jpg",
    ]
    assert_well(begun)
    show(begun, False)
    assert not begun.files.path(ORIGINALS).exists()
    assert all("original_file" not in image for image in manifest(begun)["images"])
    assert_well(begun)


def test_originals_have_the_numbers_of_their_pictures(begun: Collector) -> None:
    show(begun, True)
    visit(begun, B, C, A)
    assert [text.split()[2] for text in shown(begun).values()] == ["kitchen", "pool", "front"]
    visit(begun, C)
    assert [text.split()[2] for text in shown(begun).values()] == ["pool"]
    assert_well(begun)


def test_an_original_that_is_gone_from_the_store_has_no_name(begun: Collector) -> None:
    gone = picture("https://zillow.example/front/1000/a").image.raw_path
    assert gone is not None
    begun.files.remove(gone)
    show(begun, True)
    assert list(shown(begun)) == ["img_002.jpg"]
    assert ["original_file" in image for image in manifest(begun)["images"]] == [False, True]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_what_a_person_deleted_comes_back_and_what_they_put_there_stays(begun: Collector, is_deleted: bool) -> None:
    show(begun, True)
    if is_deleted:
        begun.files.remove(f"{ORIGINALS}/img_001.jpg")
    begun.files.replace(f"{ORIGINALS}/img_002.jpg", [b"painted over"])
    begun.files.replace(f"{ORIGINALS}/notes.txt", [b"mine"])
    restore_homes(begun.catalogue, begun.files, HASHES, process, lambda: False)
    assert shown(begun) == {
        "img_001.jpg": "original of front at 1000",
        "img_002.edited-by-you.jpg": "painted over",
        "img_002.jpg": "original of kitchen at 1000",
        "notes.txt": "mine",
    }
    show(begun, False)
    assert set(shown(begun)) == {"img_002.edited-by-you.jpg", "notes.txt"}


def test_the_folder_of_a_home_that_goes_has_no_originals(begun: Collector) -> None:
    show(begun, True)
    clear_folder(begun.catalogue, begun.files, HOME.slug)
    assert begun.files.names(FOLDER) == ["images_manifest.json"]


def test_originals_need_originals(tmp_path: Path) -> None:
    settings = {"IMAGES_STORE": tmp_path, "PHX_ORIGINALS_IN_HOMES": True, "PHX_KEEP_RAW": False}
    with pytest.raises(UsageError, match="PHX_ORIGINALS_IN_HOMES needs the originals"):
        read_config(settings)


def test_other_columns_of_the_list_are_carried_to_the_folder(begun: Collector) -> None:
    def listed(**extras: str) -> list[str | None]:
        write(begun.catalogue, registration.register, [replace(HOME, extras=extras)], ["zillow"], "run2")
        write_stale_homes(begun.catalogue, begun.files)
        return [image.get("extras", {}).get("Notes") for image in manifest(begun)["images"]]

    assert listed() == [None, None]
    assert listed(Notes="ring twice") == ["ring twice"] * 2
    assert listed() == ["ring twice"] * 2, "a home named on the command line has no columns"
    assert listed(Notes="") == [""] * 2
    assert_well(begun)

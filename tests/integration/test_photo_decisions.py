"""A person's decisions about pictures: followed at once, kept through new crawls and a rebuilt catalogue."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import Result, crawl, scrapy

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"
OPTIONS = Options(photos=(2, 3), width=400, kinds=frozenset())


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(OPTIONS) as started:
        yield started


@pytest.fixture(scope="module")
def crawled(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decided") / "images"
    assert crawl("all", folder, replica.url, address=ADDRESS, sources="zillow,redfin").code == 0
    return folder


@pytest.fixture
def store(crawled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "images"))


def photos(store: Path) -> list[dict[str, Any]]:
    return list(json.loads(scrapy("photos", store, ADDRESS, "--json").output)["photos"])


def name(photo: dict[str, Any]) -> str:
    return f"{photo['source']}:{photo['position']}"


def copy_and_kept(store: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A copy that is near, and the picture that is kept in its place."""
    shown = {photo["image_id"]: photo for photo in photos(store)}
    copy = next(
        photo
        for photo in shown.values()
        if photo["is_duplicate"] and photo["raw_sha256"] != shown[photo["duplicate_of"]]["raw_sha256"]
    )
    return copy, shown[copy["duplicate_of"]]


def states(store: Path) -> dict[str, str]:
    return {photo["image_id"]: photo["status"] for photo in photos(store)}


def decided(store: Path, *options: str) -> Result:
    done = scrapy("photos", store, ADDRESS, *options)
    assert done.code == 0, done.output
    assert scrapy("reconcile", store, "--read-data").code == 0
    return done


def folder_of(store: Path) -> list[str]:
    return sorted(place.name for place in next((store / "homes").iterdir()).glob("img_*"))


def again(store: Path, replica: Replica, **arguments: Any) -> None:
    done = crawl("all", store, replica.url, address=ADDRESS, sources="zillow,redfin", refresh_days=0, **arguments)
    assert done.code == 0, done.output


def test_a_copy_that_is_none_is_kept_from_then_on(store: Path, replica: Replica) -> None:
    copy, kept = copy_and_kept(store)
    pictures = len(folder_of(store))
    decided(store, "--not-duplicate", name(copy), name(kept))
    found = states(store)
    assert (found[copy["image_id"]], found[kept["image_id"]]) == ("stored", "stored")
    assert len(folder_of(store)) == pictures + 1
    for more in ({}, {"force": 1}, {"fresh": 1}):
        again(store, replica, **more)
        assert states(store) == found


def test_two_pictures_become_one_and_two_again(store: Path, replica: Replica) -> None:
    one, other = [photo for photo in photos(store) if photo["status"] == "stored"][:2]
    pictures = len(folder_of(store))
    decided(store, "--duplicate", name(one), name(other))
    found = states(store)
    assert sorted((found[one["image_id"]], found[other["image_id"]])) == ["duplicate", "stored"]
    assert len(folder_of(store)) == pictures - 1
    again(store, replica)
    assert states(store) == found
    decided(store, "--not-duplicate", name(one), name(other))
    assert states(store)[other["image_id"]] == states(store)[one["image_id"]] == "stored"
    assert len(folder_of(store)) == pictures


def test_a_hidden_picture_is_in_no_view_and_its_file_stays(store: Path, replica: Replica, tmp_path: Path) -> None:
    hidden = next(photo for photo in photos(store) if photo["status"] == "stored")
    pictures = len(folder_of(store))
    decided(store, "--hide", name(hidden))
    again(store, replica)
    assert states(store)[hidden["image_id"]] == "hidden"
    assert len(folder_of(store)) == pictures - 1
    assert (store / hidden["local_path"]).is_file()
    index = (store / "metadata" / "hash_index.json").read_text()
    assert f'"{hidden["image_id"]}"' not in index
    assert scrapy("export", store, "--format", "folders", "--out", str(tmp_path / "out")).code == 0
    assert len(list((tmp_path / "out").rglob("*.*g"))) == pictures - 1
    decided(store, "--show", name(hidden))
    assert len(folder_of(store)) == pictures


def test_decisions_outlive_the_catalogue(store: Path, replica: Replica) -> None:
    copy, kept = copy_and_kept(store)
    hidden = next(photo for photo in photos(store) if photo["status"] == "stored" and photo != kept)
    decided(store, "--not-duplicate", name(copy), name(kept))
    decided(store, "--hide", name(hidden))
    found, folder = states(store), folder_of(store)
    for place in (store / "metadata").glob("catalogue*"):
        place.unlink()
    assert scrapy("reconcile", store, "--rebuild").code == 0
    assert states(store) == found
    again(store, replica)
    assert states(store) == found
    assert folder_of(store) == folder


def test_they_go_with_the_home_that_a_person_forgets(store: Path, replica: Replica) -> None:
    hidden = next(photo for photo in photos(store) if photo["status"] == "stored")
    decided(store, "--hide", name(hidden))
    assert scrapy("forget", store, ADDRESS, "--yes").code == 0
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as catalogue:
        assert catalogue.execute("SELECT count(*) FROM photo_decisions").fetchone() == (0,)


def test_a_wrong_picture_is_one_sentence(crawled: Path) -> None:
    shown = next(photo for photo in photos(crawled) if photo["status"] == "stored")
    for options, sentence in (
        (["--hide", "zillow:99"], "no picture 'zillow:99'"),
        (["--duplicate", name(shown), name(shown)], "are one picture"),
        (["--hide", name(shown), "--show", name(shown)], "are two decisions"),
        (["--duplicate", name(shown)], "expected 2 arguments"),
    ):
        done = scrapy("photos", crawled, ADDRESS, *options)
        assert done.code == 2
        assert sentence in done.output
        assert "Traceback" not in done.output

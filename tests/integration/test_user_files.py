"""A person changes the data folder between two runs: deleted files are restored, their own files stay.

Pictures are made again from their originals, and never in the crawl's own process, which a decoder's crash would end.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.imaging import decoder_worker
from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.faults.store_damage import leftovers
from tests.integration import crawls

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306; 15230 N 37th Way, Phoenix, AZ 85032"


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    with running(Options(cache=pictures, photos=(4, 6), width=480, kinds=frozenset())) as server:
        yield server


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Path:
    store = tmp_path_factory.mktemp("crawled") / "store"
    assert crawls.crawl("zillow", store, replica.url, address=ADDRESS).code == 0
    return store


@pytest.fixture
def store(tmp_path: Path, crawled: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "store"))


def again(store: Path, replica: Replica, **arguments: object) -> crawls.Result:
    replica.reset()
    return crawls.crawl("zillow", store, replica.url, address=ADDRESS, **arguments)


def folders(store: Path) -> dict[str, bytes]:
    return {str(path.relative_to(store)): path.read_bytes() for path in sorted((store / "homes").rglob("*.png"))}


@pytest.mark.parametrize("gone", [("homes",), ("processed",), ("processed", "homes")], ids="-".join)
def test_deleted_folders_come_back_without_a_request(
    store: Path, crawled: Path, replica: Replica, gone: tuple[str, ...]
) -> None:
    for name in gone:
        shutil.rmtree(store / name)
    result = again(store, replica)
    assert result.code == 0, result.output
    assert crawls.requests(replica) == 0
    assert folders(store) == folders(crawled)
    assert leftovers(store) == []
    assert ("were gone" in result.output) == ("processed" in gone)
    assert f"Pictures: {store / 'homes'}" in result.output


def test_pictures_without_any_file_left_are_fetched_again(store: Path, crawled: Path, replica: Replica) -> None:
    for name in ("processed", "homes", "raw"):
        shutil.rmtree(store / name)
    result = again(store, replica)
    assert result.code == 0, result.output
    assert crawls.requests(replica) == crawls.requests(replica, crawls.PHOTOS) > 0
    assert folders(store) == folders(crawled)
    assert leftovers(store) == []


def test_an_edited_picture_is_kept_beside_the_right_one(store: Path, crawled: Path, replica: Replica) -> None:
    picture = next((store / "homes").glob("*/img_001.png"))
    picture.chmod(0o644)
    picture.write_bytes(b"edited")
    result = again(store, replica)
    assert result.code == 0, result.output
    kept = picture.with_name("img_001.edited-by-you.png")
    assert str(kept.relative_to(store)) in result.output
    assert kept.read_bytes() == b"edited"
    kept.unlink()
    assert folders(store) == folders(crawled)
    assert leftovers(store) == []


@pytest.mark.parametrize("left", ["nothing", "an empty file", "an empty catalogue"])
def test_a_lost_catalogue_is_noticed_before_any_request(store: Path, replica: Replica, left: str) -> None:
    for path in (store / "metadata").glob("catalogue.sqlite*"):
        path.unlink()
    catalogue = store / "metadata" / "catalogue.sqlite"
    if left == "an empty file":
        catalogue.touch()
    elif left == "an empty catalogue":
        Catalogue.open(catalogue).close()
    result = again(store, replica)
    assert result.code == 2
    assert len(result.output.strip().splitlines()) == 1, result.output
    assert "scrapy reconcile --rebuild" in result.output
    assert "fresh=1" in result.output
    assert crawls.requests(replica) == 0
    rebuilt = crawls.scrapy("reconcile", store, "--rebuild")
    assert "come back with the next crawl" in rebuilt.output
    assert again(store, replica).code == 0
    assert crawls.requests(replica) == 0


def test_starting_with_a_new_catalogue_is_possible(store: Path, replica: Replica) -> None:
    for path in (store / "metadata").glob("catalogue.sqlite*"):
        path.unlink()
    result = again(store, replica, fresh=1)
    assert result.code == 0, result.output
    assert crawls.requests(replica, crawls.PHOTOS) > 0
    assert leftovers(store) == []


def test_a_killed_run_has_its_record_after_the_next_one(tmp_path: Path, replica: Replica) -> None:
    replica.reset()
    with crawls.held_at(replica, 3) as in_its_midst:
        process = crawls.start("zillow", tmp_path, replica.url, address=ADDRESS)
        in_its_midst()
        crawls.kill(process)
    assert again(tmp_path, replica).code == 0
    told = [json.loads(path.read_bytes()) for path in sorted((tmp_path / "metadata" / "runs").iterdir())]
    assert [run["ending"] for run in told] == ["killed", "finished"]


@pytest.fixture
def victim(store: Path) -> tuple[int, str]:
    """A photo and the hash of its original; its standardised picture is gone."""
    query = "SELECT id, raw_sha256, path FROM photos JOIN images USING (raw_sha256) ORDER BY id DESC LIMIT 1"
    ((photo, sha256, path),) = crawls.rows(store, query)
    (store / path).unlink()
    shutil.rmtree(store / "homes")
    return photo, sha256


def called_a_copy(store: Path, photo: int) -> None:
    """As if another picture had been the better copy so far: the next end of the visit says otherwise."""
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        values = "state = 'duplicate', duplicate_kind = 'near', duplicate_of = (SELECT min(id) FROM photos)"
        database.execute(f"UPDATE photos SET {values} WHERE id = ?", (photo,))


@pytest.mark.parametrize(("fault", "at"), [("", "start"), ("", "end"), ("abort", "start"), ("hang", "end")])
def test_a_decoder_that_fails_on_an_original_costs_that_photo_only(
    store: Path, replica: Replica, victim: tuple[int, str], fault: str, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, sha256 = victim
    if at == "end":
        called_a_copy(store, photo)
    if fault:
        monkeypatch.setitem(os.environ, decoder_worker.FAULT, f"{fault}:{sha256}")
    replica.reset()
    result = crawls.crawl("zillow", store, replica.url, {"PHX_DECODER_TIMEOUT": 5}, address=ADDRESS, refresh_days=0)
    assert result.code == 0, result.output
    ((state, shown),) = crawls.rows(store, f"SELECT state, raw_sha256 FROM photos WHERE id = {photo}")
    assert (shown == sha256) == (not fault), "where its original cannot be decoded, it is asked for again"
    assert state == "stored" or fault
    assert (crawls.requests(replica, "photo") > 0) == bool(fault), "without a fault its original is enough"
    assert crawls.rows(store, f"SELECT count(*) FROM photos WHERE state != 'stored' AND id != {photo}") == [(0,)]

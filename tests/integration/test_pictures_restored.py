"""Pictures made again from their originals: never in the crawl's own process, which a decoder's crash would end."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.imaging import decoder_worker
from phx_scraper.replica import Options, Replica, running
from tests.integration import crawls

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"


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

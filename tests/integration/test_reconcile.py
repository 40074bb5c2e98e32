"""`scrapy reconcile` on the store of a real crawl: clean, damaged, repaired, and without its catalogue."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import crawls

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306; 15230 N 37th Way, Phoenix, AZ 85032"


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    with running(Options(cache=pictures, photos=(4, 6), width=480)) as server:
        yield server


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Path:
    store = tmp_path_factory.mktemp("crawled") / "store"
    assert crawls.crawl("all", store, replica.url, address=ADDRESS).code in {0, 1}
    return store


@pytest.fixture
def store(tmp_path: Path, crawled: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "store"))


def reconcile(store: Path, *options: str) -> crawls.Result:
    return crawls.scrapy("reconcile", store, *options)


def as_json(store: Path, *options: str) -> tuple[int, dict[str, Any]]:
    result = reconcile(store, "--json", *options)
    return result.code, json.loads(result.output)


def test_a_crawl_leaves_a_consistent_store(store: Path) -> None:
    code, report = as_json(store, "--read-data")
    assert (code, report["problems"]) == (0, [])
    assert report["accuracy"] == report["consistency"] == 1.0
    assert report["checked"]["read"] == report["checked"]["files"] > 0


def test_damage_is_reported_and_repaired_by_the_next_crawl(store: Path, replica: Replica) -> None:
    original = next((store / "raw").glob("*/*"))
    picture = next((store / "processed").glob("*/*"))
    original.unlink()
    picture.chmod(0o644)
    picture.write_bytes(b"rot")
    code, report = as_json(store)
    assert code == 1
    # In this copy of the store the folder's pictures are files of their own, and still show what the catalogue says.
    assert report["counts"] == {"missing_original": 1, "wrong_size": 1}
    code, report = as_json(store, "--repair")
    assert (code, [one["kind"] for one in report["left"]]) == (1, ["missing_original"]), (
        "only a crawl can bring it back"
    )
    assert len(report["problems"]) == 2
    assert (store / "quarantine" / picture.relative_to(store)).read_bytes() == b"rot"
    crawls.crawl("all", store, replica.url, address=ADDRESS)
    assert reconcile(store, "--read-data").code == 0


def test_a_lost_catalogue_is_rebuilt_and_the_next_crawl_fetches_nothing(store: Path, replica: Replica) -> None:
    before = crawls.outcomes(store)
    columns = "source, key, position, photos.state, raw_sha256, etag, phash, dhash, path"
    kept = f"SELECT {columns} FROM photos LEFT JOIN images USING (raw_sha256) ORDER BY 1, 2"
    photos = crawls.rows(store, kept)
    assert reconcile(store, "--rebuild").code == 2
    for path in (store / "metadata").glob("catalogue.sqlite*"):
        path.unlink()
    missing = reconcile(store)
    assert missing.code == 2
    assert "--rebuild" in missing.output
    code, report = as_json(store, "--rebuild", "--read-data")
    assert (code, report["problems"]) == (0, [])
    assert crawls.outcomes(store) == before
    assert crawls.rows(store, kept) == photos
    replica.reset()
    crawls.crawl("all", store, replica.url, address=ADDRESS)
    assert crawls.requests(replica) == 0


def test_a_damaged_catalogue_is_set_aside(store: Path) -> None:
    path = store / "metadata" / "catalogue.sqlite"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size // 2)
    damaged = reconcile(store)
    assert damaged.code == 2
    code, report = as_json(store, "--rebuild")
    assert code == 0
    assert Path(report["rebuilt"]["set_aside"]).stat().st_size == size // 2


@pytest.mark.parametrize("options", [("--sample", "0%"), ("--sample", "many"), ("-s", "PHX_CATALOGUE_URL=mysql://x/y")])
def test_wrong_use_is_one_sentence(store: Path, options: tuple[str, ...]) -> None:
    result = reconcile(store, *options)
    assert result.code == 2
    assert len(result.output.strip().splitlines()) == 1, result.output


def test_status_says_what_the_catalogue_says(store: Path) -> None:
    told = json.loads(crawls.scrapy("status", store, "--json").output)
    assert {(row["address"], row["source"]): row["outcome"] for row in told["visits"]} == crawls.outcomes(store)
    stored = crawls.rows(store, "SELECT count(*) FROM photos WHERE state = 'stored'")[0][0]
    assert sum(row["stored"] for row in told["visits"]) == stored
    text = crawls.scrapy("status", store, "--sources", "zillow").output
    assert "4732 W Davis Rd, Glendale, AZ 85306" in text
    assert "redfin" not in text
    assert crawls.scrapy("status", store / "nowhere").code == 2
    assert crawls.scrapy("status", store, "--sources", "craigslist").code == 2


def test_retry_requeues_failed_visits_and_nothing_else(store: Path) -> None:
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        database.execute(
            "UPDATE visits SET outcome = 'error', reason = 'timeout', not_before = 9e9 WHERE source = 'redfin'"
        )
        database.execute(
            "UPDATE photos SET state = 'failed', reason = 'decoder_crash', raw_sha256 = NULL"
            " WHERE id = (SELECT max(id) FROM photos WHERE state = 'stored' AND source = 'phoenix_mls')"
        )
    database.close()
    assert "0 visits and 0 photos" in crawls.scrapy("retry", store, "--reason", "captcha").output
    unknown = crawls.scrapy("retry", store, "--reason", "tls")
    assert unknown.code == 2
    assert "there is no reason 'tls'; the catalogue has " in unknown.output
    assert "2 visits and 0 photos" in crawls.scrapy("retry", store, "--reason", "timeout", "--sources", "redfin").output
    assert "0 visits and 1 photo is asked" in crawls.scrapy("retry", store, "--reason", "decoder").output
    pending = {place for place, outcome in crawls.outcomes(store).items() if outcome == "pending"}
    assert {source for _, source in pending} == {"redfin", "phoenix_mls"}
    assert len(pending) == 3


def test_repairs_are_reported_and_what_cannot_be_repaired_is_left(store: Path) -> None:
    next((store / "homes").rglob("img_*")).unlink()
    done = reconcile(store, "--repair")
    assert done.code == 0, done.output
    assert "1 problem, all repaired." in done.output
    stray = store / "processed" / "mine.txt"
    stray.write_text("mine", encoding="utf-8")
    found = reconcile(store)
    assert found.code == 1
    assert "1 problem." in found.output

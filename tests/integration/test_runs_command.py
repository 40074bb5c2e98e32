"""`scrapy runs` and `scrapy diff` over real crawls: each run, what changed, one sentence for wrong use."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, running
from phx_scraper.storage.files import paths
from tests.integration.crawls import crawl, rows, scrapy

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs; the price, and a photo that is no longer there, are planted between the first two."""
    folder = tmp_path_factory.mktemp("diff")
    secret = {"HTTPPROXY_ENABLED": "False", "MAIL_PASS": "hunter22", "PHX_MIN_WIDTH": 150}
    with running(Options(photos=(2, 2), width=400, kinds=frozenset())) as replica:
        assert crawl("zillow", folder, replica.url, secret, address=ADDRESS, refresh_days=0).code == 0
        plant(folder)
        assert crawl("zillow", folder, replica.url, address=ADDRESS, refresh_days=0).code == 0
        assert crawl("zillow", folder, replica.url, address=ADDRESS).code == 0
    return folder


def plant(folder: Path) -> None:
    """The catalogue as it would be if the page had told another price, and shown a photo that is gone today."""
    with sqlite3.connect(folder / "metadata" / "catalogue.sqlite") as database:
        (facts,) = database.execute("SELECT facts FROM listing_history").fetchone()
        database.execute("UPDATE listing_history SET facts = ?", [json.dumps({**json.loads(facts), "price": 1.0})])
        database.execute("UPDATE photos SET key = 'gone', url = url || '?gone' WHERE position = 2")


def run_ids(store: Path) -> list[str]:
    return [run["run_id"] for run in json.loads(scrapy("runs", store, "--json").output)["runs"]]


def record(store: Path, run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scrapy("runs", store, run, "--json").output)
    return found


def test_the_latest_run_is_first_and_says_what_it_changed(store: Path) -> None:
    lines = scrapy("runs", store).output.splitlines()
    latest, middle, first = json.loads(scrapy("runs", store, "--json").output)["runs"]
    assert [line.split()[0] for line in lines] == [run["run_id"] for run in (latest, middle, first)]
    assert [run["photos"] for run in (first, middle, latest)] == [
        {"new": 2},
        {"new": 1, "removed": 1, "unchanged": 1},
        {},
    ]
    assert [run["mode"] for run in (first, middle, latest)] == ["fresh", "incremental", "incremental"]
    assert {run["ending"] for run in (first, middle, latest)} == {"finished"}
    assert "finished" in lines[0]
    assert "2 new photos" in lines[2]
    assert not any(name.startswith("_") for name in latest)
    assert len(scrapy("runs", store, "--last", "1").output.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--last", "0"], ["--last", "many"], ["one", "more"]])
def test_wrong_use_of_runs_is_one_sentence(store: Path, arguments: list[str]) -> None:
    done = scrapy("runs", store, *arguments)
    assert done.code == 2
    assert "Traceback" not in done.output


def test_it_tells_what_changed(store: Path) -> None:
    latest, middle, first = run_ids(store)
    found = json.loads(scrapy("diff", store, first, middle[:5], "--json").output)
    assert (found["from"]["run_id"], found["to"]["run_id"]) == (first, middle)
    assert found["homes"] == {"new": [], "changed": [ADDRESS], "removed": []}
    assert {name: len(entries) for name, entries in found["photos"].items()} == {"new": 1, "changed": 0, "removed": 1}
    assert [(entry["fact"], entry["old"]) for entry in found["listings"]["changed"]] == [("price", 1.0)]
    told = scrapy("diff", store, middle, first).output.splitlines()
    assert told[0].startswith(f"From run {first}"), "the older first, however they were named"
    assert told[1] == "1 home changed; 1 new photo, 1 removed photo, 1 changed fact."
    assert scrapy("diff", store).output.splitlines()[0].count(latest) == 1
    assert scrapy("diff", store).output.splitlines()[1] == "nothing changed."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lates"], "the nearest that it knows is latest"),
        (["latest", "latest"], "are one run"),
        (["1", "2", "3"], "two runs at most"),
    ],
)
def test_wrong_use_is_one_sentence(store: Path, arguments: list[str], told: str) -> None:
    done = scrapy("diff", store, *arguments)
    assert done.code == 2
    assert told in done.output
    assert "Traceback" not in done.output


def test_a_mistyped_run_is_told_the_nearest(store: Path) -> None:
    (latest, *_) = run_ids(store)
    done = scrapy("runs", store, f"{latest[:-1]}x")
    assert done.code == 2
    assert f"the nearest that it knows is {latest}" in done.output


def test_a_run_is_shown_in_full(store: Path) -> None:
    first = run_ids(store)[-1]
    found, text = record(store, first), scrapy("runs", store, first).output
    assert found["mode"] == "fresh"
    assert {"python", "scrapy", "schema", "sqlite", "phx-scraper"} <= found["versions"].keys()
    assert found["settings"]["PHX_MIN_WIDTH"] == "150"
    assert found["settings"]["MAIL_PASS"] == "***"
    assert "PHX_BREAKER_FAILURES" not in found["settings"]
    assert {"starting", "collecting", "closing", "waiting_for_a_turn", "working"} == found["seconds"].keys()
    asked = found["asked"]["zillow"]
    assert (asked["homes_asked"], asked["captcha_rate"], asked["refusal_rate"]) == (1, 0.0, 0.0)
    sizes = rows(store, "SELECT sum(raw_bytes) FROM images WHERE raw_sha256 IN (SELECT raw_sha256 FROM photos)")
    assert asked["photo_bytes"] == sizes[0][0]
    assert asked["page_bytes"] > 0
    ways = found["homes"][ADDRESS]["zillow"]["ways"]
    assert {"page plain", "photo plain"} <= set(ways)
    assert text.startswith(f"run {first} of zillow (fresh): finished in ")
    assert "hunter22" not in text


def test_the_record_on_disk_says_the_same(store: Path) -> None:
    middle = run_ids(store)[1]
    (path,) = (store / paths.RUNS).glob(f"*_{middle}.json")
    written = json.loads(path.read_text())
    for entry in (*written["sources"].values(), *(one for home in written["homes"].values() for one in home.values())):
        assert entry.pop("photos")["stored"] == 2
    assert written == record(store, middle)

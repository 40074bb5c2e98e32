"""`scrapy runs` and `scrapy diff` over real crawls: each run, what changed, one sentence for wrong use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from phx_scraper.replica import Options, running
from phx_scraper.storage.files import paths
from tests.integration.crawls import crawl, rows, scrapy

ADDRESS = "4700 W Davis Rd, Glendale, AZ 85306"
SOURCES = "zillow,redfin,maricopa_assessor"
COLUMNS = "address,source,changed,removed,new,price,status\n"
CHANGES = f"""{COLUMNS}"{ADDRESS}",zillow,,2 3,1,400000,pending
"{ADDRESS}",redfin,1 4,,,,
"{ADDRESS}",maricopa_assessor,1,,,,
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs; between the first two the sources change 3 photos, drop 2, show a new one and a lower price."""
    folder = tmp_path_factory.mktemp("diff")
    file = folder / "changes.csv"
    file.write_text(COLUMNS, encoding="utf-8")
    usual = {"address": ADDRESS, "sources": SOURCES}
    secret = {"MAIL_PASS": "hunter22", "PHX_MIN_WIDTH": 150}
    options = Options(photos=(4, 4), width=512, only=("redfin_own_photos",), sources=SOURCES.split(","), changes=file)
    with running(options) as replica:
        assert crawl("all", folder, replica.url, secret, **usual).code == 0
        file.write_text(CHANGES, encoding="utf-8")
        assert crawl("all", folder, replica.url, **usual, refresh_days=0).code == 0
        assert crawl("all", folder, replica.url, **usual).code == 0
    return folder


def run_ids(store: Path) -> list[str]:
    return [run["run_id"] for run in json.loads(scrapy("runs", store, "--json").output)["runs"]]


def record(store: Path, run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scrapy("runs", store, run, "--json").output)
    return found


def test_the_latest_run_is_first_and_says_what_it_changed(store: Path) -> None:
    lines = scrapy("runs", store).output.splitlines()
    latest, middle, first = json.loads(scrapy("runs", store, "--json").output)["runs"]
    assert [line.split()[0] for line in lines] == [run["run_id"] for run in (latest, middle, first)]
    assert first["photos"].keys() == {"new"}
    assert {**middle["photos"], "unchanged": 0} == {"changed": 3, "new": 1, "removed": 2, "unchanged": 0}
    assert latest["photos"] == {}
    assert [run["mode"] for run in (first, middle, latest)] == ["fresh", "incremental", "incremental"]
    assert {run["ending"] for run in (first, middle, latest)} == {"finished"}
    assert "finished" in lines[0]
    assert f"{first['photos']['new']} new photos" in lines[2]
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
    told = {
        name: [(entry["source"], entry["position"]) for entry in entries] for name, entries in found["photos"].items()
    }
    assert told["changed"] == [("maricopa_assessor", 1), ("redfin", 1), ("redfin", 4)]
    assert [source for source, _ in (*told["new"], *told["removed"])] == ["zillow"] * 3
    facts = {(entry["source"], entry["fact"]): entry["new"] for entry in found["listings"]["changed"]}
    assert facts["zillow", "price"] == 400000
    assert facts["zillow", "status"] == "pending"
    assert {source for source, _ in facts} == {"zillow"}
    assert found["listings"]["new"] == []
    text = scrapy("diff", store, middle, first).output
    assert text.startswith(f"From run {first}"), "the older first, however they were named"
    assert "1 home changed, 1 new photo, 3 changed photos, 2 removed photos, " in text
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
    brought = f"FROM photos JOIN images USING (raw_sha256) WHERE source = 'zillow' AND first_run_id = '{first}'"
    assert asked["photo_bytes"] == rows(store, f"SELECT sum(raw_bytes) {brought}")[0][0]
    assert asked["page_bytes"] > 0
    ways = found["homes"][ADDRESS]["zillow"]["ways"]
    assert {"page plain", "photo plain"} <= set(ways)
    assert text.startswith(f"run {first} of all (fresh): finished in ")
    assert "hunter22" not in text


def test_the_record_on_disk_says_the_same(store: Path) -> None:
    middle = run_ids(store)[1]
    (path,) = (store / paths.RUNS).glob(f"*_{middle}.json")
    written = json.loads(path.read_text())
    for entry in (*written["sources"].values(), *(one for home in written["homes"].values() for one in home.values())):
        assert entry.pop("photos")["found"] > 0
    assert written == record(store, middle)


def test_the_page_of_runs_shows_what_the_records_say(store: Path) -> None:
    assert scrapy("report", store).code == 0
    page = lxml.html.parse(str(store / "report/runs.html")).getroot()
    listed = [[cell.text_content() for cell in row.iterchildren()] for row in page.cssselect("#list tbody tr")]
    assert [row[1] for row in listed] == run_ids(store)
    asked = [record(store, run)["asked"] for run in run_ids(store)]
    requests = [sum(source["requests"] for source in sources.values()) for sources in asked]
    assert [row[8] for row in listed] == [str(number) for number in requests]
    # Each request of a source but the first follows another one.
    intervals = rows(store, "SELECT run_id, source, sum(number) FROM request_intervals GROUP BY run_id, source")
    counted = {(run, source): number for run, source, number in intervals}
    first = run_ids(store)[-1]
    assert {source: counted[first, source] + 1 for source in SOURCES.split(",")} == {
        source: one["requests"] for source, one in asked[-1].items()
    }
    assert page.cssselect("#rhythm-zillow")

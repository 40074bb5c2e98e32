"""`scrapy runs`: the latest runs first, what they changed, and one sentence for wrong use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, scrapy

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    with running(Options(photos=(2, 2), width=400, kinds=frozenset())) as replica:
        for _ in range(2):
            assert crawl("zillow", folder, replica.url, address=ADDRESS, refresh_days=0).code == 0
    return folder


def test_the_latest_run_is_first_and_says_what_it_changed(store: Path) -> None:
    lines = scrapy("runs", store).output.splitlines()
    latest, first = json.loads(scrapy("runs", store, "--json").output)["runs"]
    assert [line.split()[0] for line in lines] == [latest["run_id"], first["run_id"]]
    assert first["photos"] == {"new": 2}
    assert latest["photos"] == {"unchanged": 2}
    assert {run["ending"] for run in (first, latest)} == {"finished"}
    assert "finished" in lines[0]
    assert "2 new photos" in lines[1]
    assert not any(name.startswith("_") for name in latest)


def test_as_many_as_are_asked_for(store: Path) -> None:
    assert len(scrapy("runs", store, "--last", "1").output.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--last", "0"], ["--last", "many"], ["more"]])
def test_wrong_use_is_one_sentence(store: Path, arguments: list[str]) -> None:
    done = scrapy("runs", store, *arguments)
    assert done.code == 2
    assert "Traceback" not in done.output

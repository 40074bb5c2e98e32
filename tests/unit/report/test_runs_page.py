"""The page of runs: what each run did, and how each source answered, in charts whose figures stand in tables."""

from __future__ import annotations

import time
from typing import Any

import pytest

from phx_scraper.model.request_counts import HomesAsked, SourceStep, StepCounts
from phx_scraper.report.runs_page import RUNS
from phx_scraper.storage.catalogue import request_rows, run_details, runs
from phx_scraper.storage.catalogue.run_details import KEPT_RUNS
from tests.catalogue_calls import write
from tests.unit.report.planted_store import OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes

FRONT = Shown("a", "front")
BEGAN = 1_800_000_000.0


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes()[:2])
    return store


def figures(page: Any, name: str) -> list[list[str]]:
    """The table below a chart."""
    heading = page.get_element_by_id(name)
    figure = next(heading.iterancestors("figure"))
    return [texts(row, "th, td") for row in figure.cssselect("tr")]


def plant_run(store: PlantedStore, number: int, seconds: float = 20.0) -> None:
    """A run that took so long and asked Zillow for ten homes and a hundred photos."""
    run_id = f"run{number:05}"
    write(store.catalogue, runs.start, run_id, "all", {}, BEGAN + 86400 * number)
    counts = {
        SourceStep("zillow", "page", "plain"): StepCounts(10, 6, 3, 1, None, 2_000_000),
        SourceStep("zillow", "photo", "plain"): StepCounts(100, 100, 0, 0, None, 30_000_000),
    }
    rhythm = {"zillow": {2.0: 70, 4.0: 3}}
    write(store.catalogue, request_rows.write, run_id, [], counts, {"zillow": HomesAsked(10, 4)}, rhythm)
    write(store.catalogue, run_details.begin, run_id, run_details.RunDetails("fresh", {}, {}, {}))
    stages = {"starting": 1.25, "collecting": 17.0, "closing": 1.75, "working": {"pages": 9.0}}
    write(store.catalogue, run_details.note_seconds, run_id, stages)
    write(store.catalogue, runs.finish, run_id, "finished", {}, BEGAN + 86400 * number + seconds)


def test_no_run_says_what_to_do(store: PlantedStore) -> None:
    page = store.page(RUNS)
    assert texts(page, "h1") == ["No run yet"]
    assert "scrapy crawl all" in texts(page, ".none")[0]
    assert not page.cssselect("main svg")


def test_visits_are_counted_by_source_run_and_ending(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT)
    begun.collect_as("zillow", FRONT)  # the last ending of a visit counts
    begun.collect_as("zillow", FRONT, home=OTHER, outcome="empty")
    begun.another_run()
    begun.collect_as("zillow", FRONT, outcome="error")
    begun.collect_as("redfin", FRONT)
    page = begun.page(RUNS)
    assert texts(page, "h2") == ["All sources", "Redfin", "Zillow", "List of runs"]
    zillow, redfin = ([row[1:] for row in figures(page, f"outcomes-{name}")] for name in ("zillow", "redfin"))
    assert zillow == [["ok", "empty", "error"], ["1", "1", "0"], ["0", "0", "1"]]
    assert redfin == [["ok"], ["0"], ["1"]]


def test_rates_speed_bytes_stages_and_rhythm_are_those_of_the_run(store: PlantedStore) -> None:
    plant_run(store, 1)
    page = store.page(RUNS)
    assert figures(page, "speed")[1][1:] == ["5"]
    assert figures(page, "bytes")[1][1:] == ["30 MB", "2 MB"]
    assert figures(page, "stages")[1][1:] == ["1.2 s", "17 s", "1.8 s"]
    assert figures(page, "rates-zillow")[1][1:] == ["96.4%", "40.0%"]
    assert figures(page, "rhythm-zillow")[1:] == [["2 to 3", "70"], ["3 to 4", "0"], ["4 to 5", "3"]]
    row = dict(zip(texts(page, "#list thead th"), texts(page, "#list tbody tr > *"), strict=True))
    assert (row["run"], row["ended"], row["took"], row["requests"], row["refused"]) == (
        "run00001", "finished", "20 s", "110", "3",
    )  # fmt: skip


def test_a_run_that_has_not_ended_has_no_speed(begun: PlantedStore) -> None:
    page = begun.page(RUNS)
    assert figures(page, "speed")[1][1:] == [""]
    assert texts(page, "#list tbody td:nth-child(5)") == ["has not ended"]


def test_the_newest_runs_are_shown_of_many(store: PlantedStore) -> None:
    for number in range(KEPT_RUNS + 5):
        plant_run(store, number)
    page = store.page(RUNS)
    assert texts(page, "h1") == [f"{KEPT_RUNS} runs"]
    assert "of older runs" in texts(page, "main > p")[0]
    assert len(figures(page, "speed")) == 1 + KEPT_RUNS
    listed = texts(page, "#list tbody code")
    assert (listed[0], listed[-1]) == (f"run{KEPT_RUNS + 4:05}", "run00005")


def test_each_chart_is_named_and_has_a_table(begun: PlantedStore) -> None:
    for source in ("zillow", "redfin"):
        begun.collect_as(source, FRONT)
    page = begun.page(RUNS)
    names = [region.get("aria-label") for region in page.cssselect("figure [role=region]")]
    assert len(names) == len(set(names))
    charts = page.cssselect("figure > svg")
    assert len(charts) == 7
    for chart in charts:
        assert chart.get("role") == "img"
        title, text = (page.get_element_by_id(name) for name in chart.get("aria-labelledby").split())
        assert (title.tag, text.tag) == ("title", "desc")
        assert title.text
        assert next(chart.iterancestors("figure")).cssselect("details table tbody tr")
    ids = [found.get("id") for found in page.cssselect("[id]")]
    assert len(ids) == len(set(ids))
    assert not page.cssselect("main [style]")


def test_words_of_other_people_are_no_markup(store: PlantedStore) -> None:
    hostile = "<script>alert(1)</script>" + "x" * 10_000
    write(store.catalogue, runs.start, "run", hostile, {}, time.time())
    page = store.page(RUNS)
    assert not page.cssselect("main script")
    assert hostile[:30] in texts(page, "#list tbody td")[1]

"""The record of a run: what it was, how it ended each visit; the newest are kept, and what a person put beside them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from phx_scraper.commands.run_text import run_text
from phx_scraper.model.request_counts import CAPTCHA, HomesAsked, RefusalMet, SourceStep, StepCounts
from phx_scraper.model.run import RunDetails
from phx_scraper.storage.catalogue import request_rows, restart_visits, run_details, runs
from phx_scraper.storage.files import paths
from phx_scraper.views.run_record import remove_old_records, run_record, write_missing_records, write_run_record
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, finish_visit, homes, plain_rule
from tests.unit.storage.visit_helpers import HOME, A, lease, next_run, visit

ADDRESS = homes(1)[0].address
DETAILS = RunDetails("incremental", {"python": "3.13"}, {"PHX_MIN_WIDTH": 10}, {"starting": 0.5})


@pytest.fixture
def begun(collector: Collector) -> Collector:
    collector.begin(homes(1))
    write(collector.catalogue, run_details.begin, collector.run_id, DETAILS, [HOME])
    return collector


def record(collector: Collector, run_id: str = "") -> dict[str, Any]:
    with collector.catalogue.reading() as tx:
        run = runs.get(tx, run_id or collector.run_id)
        assert run is not None
        return run_record(tx, run)


def test_it_says_what_the_run_was(begun: Collector) -> None:
    visit(begun, A)
    found = record(begun)
    assert (found["mode"], found["versions"], found["settings"]) == (
        "incremental",
        {"python": "3.13"},
        DETAILS.settings,
    )
    assert found["seconds"] == {"starting": 0.5}
    assert "settings: PHX_MIN_WIDTH=10\n" in run_text(found)


def test_requests_are_told_by_source(begun: Collector) -> None:
    page, photo = (SourceStep("zillow", step, "plain") for step in ("page", "photo"))
    met = RefusalMet(1, "zillow", CAPTCHA, "page", "plain", "page", "www.zillow.com", HOME, "", "", 5.0)
    counts = {page: StepCounts(4, 2, 1, 1, 9.0, 1000, 2.5), photo: StepCounts(5, 4, 0, 0, 9.0, 5 * 2**20, 1.0)}
    write(begun.catalogue, request_rows.write, begun.run_id, [met], counts, {"zillow": HomesAsked(2, 1)})
    found = record(begun)
    assert found["asked"]["zillow"] == {
        "requests": 9,
        "refusal_rate": 0.125,
        "homes_asked": 2,
        "homes_with_captcha": 1,
        "captcha_rate": 0.5,
        "page_bytes": 1000,
        "photo_bytes": 5 * 2**20,
    }
    assert "9 requests, 5.0 MB, 12% refused, a CAPTCHA at 1 of 2 homes" in run_text(found)


def test_a_visit_that_a_later_run_ends_otherwise_stays_as_it_was_in_the_record(begun: Collector) -> None:
    first = begun.run_id
    finish_visit(begun.catalogue, lease(begun), "blocked", "captcha", plain_rule, 5.0)
    next_run(begun)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    visit(begun, A)
    assert record(begun, first)["homes"][ADDRESS]["zillow"]["outcome"] == "blocked"
    assert record(begun, first)["errors"][0]["reason"] == "captcha"
    assert record(begun)["homes"][ADDRESS]["zillow"]["outcome"] == "ok"
    assert f"{ADDRESS} at zillow: blocked (captcha)" in run_text(record(begun, first))


def test_a_killed_run_is_told_as_any_other(begun: Collector) -> None:
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql("""UPDATE runs SET totals = '{"holder": "other:1:1"}'""")
    write_missing_records(begun.catalogue, begun.files, time.time() + 2 * 86400)
    (name,) = begun.files.names(paths.RUNS)
    assert json.loads(begun.files.read(f"{paths.RUNS}/{name}"))["mode"] == "incremental"
    assert "(incremental): killed" in run_text(record(begun))


def test_a_run_of_an_earlier_version_is_told_as_far_as_it_is_known(begun: Collector) -> None:
    next_run(begun)
    found = record(begun)
    assert (found["mode"], found["settings"]) == (None, {})
    assert run_text(found).startswith("run run2 of all: not ended")


def test_the_newest_records_are_kept(begun: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_details, "KEPT_RUNS", 2)
    mine = begun.files.path(f"{paths.RUNS}/run_notes.json")
    for day in range(3):
        write(begun.catalogue, runs.start, f"day{day}", "all", {}, 86400.0 * day)
        write_run_record(begun.catalogue, begun.files, f"day{day}")
    mine.write_text("mine")
    remove_old_records(begun.files)
    left = begun.files.names(paths.RUNS)
    assert left == ["run_19700102_000000_day1.json", "run_19700103_000000_day2.json", "run_notes.json"]

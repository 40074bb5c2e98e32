"""Counts, refusals and CAPTCHAs of runs as rows, and what they say over several runs."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from phx_scraper.model.request_counts import HomesAsked, RefusalMet, SourceStep, StepCounts
from phx_scraper.storage.catalogue import request_rows, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.request_rows import RECENT_RUNS
from phx_scraper.storage.catalogue.run_figures import newest_runs
from phx_scraper.views.source_report import captcha_warnings

PAGE = SourceStep("zillow", "page", "plain")
BROWSER = SourceStep("zillow", "page", "browser")
RHYTHM = {"zillow": {0.5: 1, 2.0: 9}}
REDFIN = SourceStep("redfin", "page", "plain")


def met(number: int) -> RefusalMet:
    return RefusalMet(number, "zillow", "captcha", "page", "plain", "page", "www.zillow.com", "a", "chrome150", "", 5.0)


def intervals_of(tx: Connection, run_id: str) -> dict[str, dict[float, int]]:
    (run,) = [one for one in newest_runs(tx) if one.run.run_id == run_id]
    return {source: figures.intervals for source, figures in run.sources.items() if figures.intervals}


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Connection]:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.transaction() as connection:
        yield connection
    catalogue.close()


def run(tx: Connection, number: int, counts: dict[SourceStep, StepCounts], homes: dict[str, HomesAsked]) -> str:
    run_id = f"run{number:05}"
    runs.start(tx, run_id, "all", {}, float(number))
    request_rows.write(tx, run_id, [], counts, homes)
    return run_id


def test_counts_are_replaced_and_refusals_added(tx: Connection) -> None:
    runs.start(tx, "run", "zillow", {}, 1.0)
    request_rows.write(tx, "run", [met(1)], {PAGE: StepCounts(1, 0, 1, 0)}, {"zillow": HomesAsked(1, 1)})
    later = {PAGE: StepCounts(4, 1, 2, 1, 9.5), BROWSER: StepCounts(1)}
    request_rows.write(tx, "run", [met(2), met(3)], later, {"zillow": HomesAsked(2, 1)})
    request_rows.write(tx, "run", [], later, {"zillow": HomesAsked(2, 1)}, {"zillow": {2.0: 7, 0.5: 1}})
    request_rows.write(tx, "run", [], later, {"zillow": HomesAsked(2, 1)}, {"zillow": {2.0: 9, 0.5: 1}, "redfin": {}})
    assert request_rows.refusals_of(tx, "run") == [met(1), met(2), met(3)]
    assert request_rows.steps_of(tx, "run") == later
    assert request_rows.recent_homes(tx, "zillow") == HomesAsked(2, 1, 1)
    assert request_rows.refusals_of(tx, "other") == []
    assert intervals_of(tx, "run") == {"zillow": {0.5: 1, 2.0: 9}}


def test_a_source_is_added_up_over_its_recent_runs_and_its_last_answer_is_of_any(tx: Connection) -> None:
    run(tx, 0, {PAGE: StepCounts(100, 100, 0, 0, 77.0)}, {"zillow": HomesAsked(50, 50)})
    for number in range(1, RECENT_RUNS + 1):
        run(tx, number, {PAGE: StepCounts(3, 0, 2, 1)}, {"zillow": HomesAsked(2, number % 2)})
    run(tx, 50, {REDFIN: StepCounts(1, 1, 0, 0, 50.0)}, {"redfin": HomesAsked(1, 0)})
    assert request_rows.recent_steps(tx, "zillow") == {PAGE: StepCounts(30, 0, 20, 10, 77.0)}
    assert request_rows.recent_homes(tx, "zillow") == HomesAsked(20, 5, RECENT_RUNS)
    assert request_rows.recent_steps(tx, "phoenix_mls") == {}
    assert request_rows.recent_homes(tx, "phoenix_mls") == HomesAsked(0, 0, 0)


@pytest.mark.parametrize(("homes", "captchas", "warned"), [(2, 1, False), (3, 2, True), (0, 0, False), (1, 1, True)])
def test_more_than_half_of_the_homes_with_a_captcha_is_a_warning(
    tx: Connection, homes: int, captchas: int, warned: bool
) -> None:
    run(tx, 1, {PAGE: StepCounts(homes)}, {"zillow": HomesAsked(homes, captchas)})
    found = captcha_warnings(tx, ["zillow", "redfin"])
    assert len(found) == warned
    assert not warned or f"zillow showed a CAPTCHA at {captchas} of {homes} home" in found[0]


@pytest.mark.parametrize(
    ("version", "lacking"),
    [("7", ("refusals", "step_counts", "homes_asked", "request_intervals")), ("15", ("request_intervals",))],
)
def test_an_older_catalogue_gets_the_tables(tmp_path: Path, version: str, lacking: tuple[str, ...]) -> None:
    path = tmp_path / "catalogue.sqlite"
    Catalogue.open(path).close()
    with contextlib.closing(sqlite3.connect(path)) as old:
        for table in lacking:
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (version,))
        old.commit()
    catalogue = Catalogue.open(path)
    with catalogue.transaction() as connection:
        runs.start(connection, "run", "zillow", {}, 1.0)
        counts = {PAGE: StepCounts(1, 0, 1, 0)}
        request_rows.write(connection, "run", [met(1)], counts, {"zillow": HomesAsked(1, 1)}, RHYTHM)
        assert intervals_of(connection, "run") == RHYTHM
        assert request_rows.refusals_of(connection, "run") == [met(1)]
    catalogue.close()
